/**
 * A witness outside the cluster: instances of roles write down when they found their right to be
 * held, and what they wrote is checked against what Beethoven promises.
 */
@NullMarked
package io.beethoven.testkit.witness;

import org.jspecify.annotations.NullMarked;
