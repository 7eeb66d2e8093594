/** What is wrong with a node, its machine and its neighbours, judged from collected facts. */
@NullMarked
package io.beethoven.diagnosis;

import org.jspecify.annotations.NullMarked;
