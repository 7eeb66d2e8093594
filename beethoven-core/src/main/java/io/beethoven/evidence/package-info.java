/**
 * Proof of death, votes and quorum: section 3 of the architecture, whose rule numbers are cited.
 *
 * <p>{@link io.beethoven.evidence.PeerLines} decides when the breaking of a peer's connections
 * proves its death (rules 1 and 2); {@link io.beethoven.evidence.Evidence} collects such proofs
 * from all voters and decides whom the cluster holds for dead (rules 5 and 6).
 */
@NullMarked
package io.beethoven.evidence;

import org.jspecify.annotations.NullMarked;
