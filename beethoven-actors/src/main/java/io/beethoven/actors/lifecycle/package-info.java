/** The life of a node: seeking, standalone, clustered, leaving. */
@NullMarked
package io.beethoven.actors.lifecycle;

import org.jspecify.annotations.NullMarked;
