/** What Beethoven throws at its users. All of it is unchecked. */
@NullMarked
package io.beethoven.error;

import org.jspecify.annotations.NullMarked;
