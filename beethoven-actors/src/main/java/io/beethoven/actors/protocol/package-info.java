/** The messages that cross nodes, in Jackson CBOR. */
@NullMarked
package io.beethoven.actors.protocol;

import org.jspecify.annotations.NullMarked;
