/** {@code beethoven demo}: three real processes, one of them killed. */
@NullMarked
package io.beethoven.cli.demo;

import org.jspecify.annotations.NullMarked;
