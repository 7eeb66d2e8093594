/** The {@code beethoven} command and the demo. */
@NullMarked
package io.beethoven.cli;

import org.jspecify.annotations.NullMarked;
