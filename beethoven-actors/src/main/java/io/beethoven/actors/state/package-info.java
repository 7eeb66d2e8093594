/** What a node keeps across restarts: the port, in memory and in a file of the node's directory. */
@NullMarked
package io.beethoven.actors.state;

import org.jspecify.annotations.NullMarked;
