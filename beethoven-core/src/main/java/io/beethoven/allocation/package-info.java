/** The planner: who should run what, and why not. */
@NullMarked
package io.beethoven.allocation;

import org.jspecify.annotations.NullMarked;
