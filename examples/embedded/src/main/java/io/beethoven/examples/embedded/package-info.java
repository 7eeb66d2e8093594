/** A node inside an actor system that the program owns. */
@NullMarked
package io.beethoven.examples.embedded;

import org.jspecify.annotations.NullMarked;
