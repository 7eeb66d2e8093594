/** What a user implements to let a role run, and what an instance is given. */
@NullMarked
package io.beethoven.role;

import org.jspecify.annotations.NullMarked;
