/**
 * The API: start or join a cluster, hand it roles, ask it who runs what. {@link
 * io.beethoven.Beethoven} is where to begin.
 */
@NullMarked
package io.beethoven;

import org.jspecify.annotations.NullMarked;
