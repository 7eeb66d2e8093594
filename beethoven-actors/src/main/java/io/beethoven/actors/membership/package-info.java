/** This node's view of the cluster. */
@NullMarked
package io.beethoven.actors.membership;

import org.jspecify.annotations.NullMarked;
