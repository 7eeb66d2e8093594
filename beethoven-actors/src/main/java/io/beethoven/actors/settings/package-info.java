/** The configuration, parsed once. */
@NullMarked
package io.beethoven.actors.settings;

import org.jspecify.annotations.NullMarked;
