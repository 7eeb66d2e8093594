/** The control endpoint: a node's answers to commands from the same machine. */
@NullMarked
package io.beethoven.actors.control;

import org.jspecify.annotations.NullMarked;
