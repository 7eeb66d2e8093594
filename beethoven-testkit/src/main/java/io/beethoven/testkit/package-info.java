/** Many nodes in one JVM or in forked ones, to kill, freeze and cut off. */
@NullMarked
package io.beethoven.testkit;

import org.jspecify.annotations.NullMarked;
