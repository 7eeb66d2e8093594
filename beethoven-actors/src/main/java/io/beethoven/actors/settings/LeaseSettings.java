package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * How a node stays in contact with the others. Keys under {@code beethoven.lease}.
 *
 * @param contact pause between two requests for credit
 * @param suspect how long a node may be silent before it is excluded
 * @param term how long a credit counts
 */
public record LeaseSettings(Duration contact, Duration suspect, Duration term) {}
