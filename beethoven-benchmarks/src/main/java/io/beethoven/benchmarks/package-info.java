/** Benchmarks: JMH for the queries, real processes for failover and formation. */
@NullMarked
package io.beethoven.benchmarks;

import org.jspecify.annotations.NullMarked;
