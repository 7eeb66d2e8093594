/**
 * The words of the domain as immutable values: nodes, roles, slots, tokens, and what is known of
 * them.
 */
@NullMarked
package io.beethoven.model;

import org.jspecify.annotations.NullMarked;
