/** Tests on real JVMs that are forked, killed and started again. */
@NullMarked
package io.beethoven.multijvm;

import org.jspecify.annotations.NullMarked;
