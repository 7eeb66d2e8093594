/** Typed messages to a guardian that the program spawned. */
@NullMarked
package io.beethoven.examples.guardian;

import org.jspecify.annotations.NullMarked;
