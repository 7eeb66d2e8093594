/** The node table: who was ever seen, with which status, since when. */
@NullMarked
package io.beethoven.membership;

import org.jspecify.annotations.NullMarked;
