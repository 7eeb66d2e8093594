/** {@code beethoven soak}: random faults for a long time, and a witness beside them. */
@NullMarked
package io.beethoven.cli.soak;

import org.jspecify.annotations.NullMarked;
