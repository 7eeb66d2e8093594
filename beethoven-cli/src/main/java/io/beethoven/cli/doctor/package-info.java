/** {@code beethoven doctor}: collects facts, has them judged, and prints the findings. */
@NullMarked
package io.beethoven.cli.doctor;

import org.jspecify.annotations.NullMarked;
