/**
 * Beethoven beside other cluster libraries: the same failover, in the same harness, for each of
 * them. What a library's node does stands in the module {@code beethoven-benchmarks-peers}.
 */
@NullMarked
package io.beethoven.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
