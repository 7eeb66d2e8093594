package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * How programs ask. Keys under {@code beethoven.api}.
 *
 * @param askTimeout how long a query waits for its answer, where the caller does not say
 * @param subscriberQueue how many events wait for a slow subscriber before the oldest are dropped
 */
public record ApiSettings(Duration askTimeout, int subscriberQueue) {}
