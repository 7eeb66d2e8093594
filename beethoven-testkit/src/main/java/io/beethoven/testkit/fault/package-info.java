/**
 * Faults for clusters of node processes: what is done is data, drawn by seed and replayed, while a
 * witness looks on.
 */
@NullMarked
package io.beethoven.testkit.fault;

import org.jspecify.annotations.NullMarked;
