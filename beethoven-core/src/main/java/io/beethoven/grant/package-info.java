/** Rights to run a role's slot: what their holder keeps, what the allocator orders, and why. */
@NullMarked
package io.beethoven.grant;

import org.jspecify.annotations.NullMarked;
