/** A role in a few lines, with the blocking API. */
@NullMarked
package io.beethoven.examples.hello;

import org.jspecify.annotations.NullMarked;
