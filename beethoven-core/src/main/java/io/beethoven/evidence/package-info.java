/**
 * Proof of death, votes and quorum: section 3 of the architecture, whose rule numbers are cited.
 *
 * <p>{@link io.beethoven.evidence.Evidence} collects proofs of death from all voters and decides
 * whom the cluster holds for dead (rules 5 and 6).
 */
@NullMarked
package io.beethoven.evidence;

import org.jspecify.annotations.NullMarked;
