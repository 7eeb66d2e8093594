/** The beacon: sockets, lines between nodes, and the actor that holds them. */
@NullMarked
package io.beethoven.actors.beacon;

import org.jspecify.annotations.NullMarked;
