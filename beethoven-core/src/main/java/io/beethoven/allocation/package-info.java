/** The planner: who should run what, and why not; and what changed between two of its reports. */
@NullMarked
package io.beethoven.allocation;

import org.jspecify.annotations.NullMarked;
