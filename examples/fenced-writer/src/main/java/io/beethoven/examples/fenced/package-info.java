/** A store that refuses the late writes of a former instance, and the role that writes to it. */
@NullMarked
package io.beethoven.examples.fenced;

import org.jspecify.annotations.NullMarked;
