/** Proof of death, votes and quorum. */
@NullMarked
package io.beethoven.evidence;

import org.jspecify.annotations.NullMarked;
