/** Noticing that a peer's process died, and telling the membership. */
@NullMarked
package io.beethoven.actors.evidence;

import org.jspecify.annotations.NullMarked;
