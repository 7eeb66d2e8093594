package io.beethoven.benchmarks.compare;

import java.util.Optional;

/**
 * One failover that was measured.
 *
 * @param from the victim, which ran the role
 * @param to the node on which the role acted next
 * @param totalMillis from just before the signal to the first act in another process
 * @param gapMillis from the last act of the old instance to the first of the new one; less than
 *     zero if they overlapped
 * @param finMillis from just before the kill until a plain connection to the victim saw its end
 * @param overlap what the old instance did while the new one acted
 */
record Measured(
    String from,
    String to,
    double totalMillis,
    double gapMillis,
    Optional<Double> finMillis,
    Overlap overlap) {}
