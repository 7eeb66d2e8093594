/** Running roles and deciding who runs what. */
@NullMarked
package io.beethoven.actors.role;

import org.jspecify.annotations.NullMarked;
