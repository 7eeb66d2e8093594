/**
 * Nodes of other cluster libraries, each with one role that runs once somewhere by the library's
 * own means. They print the event lines of Beethoven's nodes; the harness that starts, kills,
 * freezes and stops them is {@code io.beethoven.benchmarks.compare}. Each is configured as its
 * manual says; where, stands in {@code docs/peers.md}.
 */
@NullMarked
package io.beethoven.peers;

import org.jspecify.annotations.NullMarked;
