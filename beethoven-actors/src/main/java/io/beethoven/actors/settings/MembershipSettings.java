package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * How the node table is kept. Keys under {@code beethoven.membership}.
 *
 * @param forgetAfter how long an offline node stays listed
 * @param tick pause between two exchanges of the table with a peer, and between repetitions of an
 *     introduction
 */
public record MembershipSettings(Duration forgetAfter, Duration tick) {}
