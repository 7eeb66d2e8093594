/** Finding peers and forming or joining a cluster. */
@NullMarked
package io.beethoven.actors.discovery;

import org.jspecify.annotations.NullMarked;
