/**
 * The typed actors of Beethoven; {@link io.beethoven.actors.BeethovenGuardian} is the one to spawn.
 */
@NullMarked
package io.beethoven.actors;

import org.jspecify.annotations.NullMarked;
