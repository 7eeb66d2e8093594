/** The API: start or join a cluster, hand it roles, ask it who runs what. */
@NullMarked
package io.beethoven;

import org.jspecify.annotations.NullMarked;
