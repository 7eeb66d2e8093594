package io.beethoven.actors.state;

import io.beethoven.error.BeethovenStateException;
import io.beethoven.grant.Durable;

/**
 * Keeps what a node must not forget. There is one for all lives of a node in a process; it is used
 * by one thread at a time, whatever thread calls it, and may block on a disk, so that no actor
 * calls it on a dispatcher that others share.
 *
 * <p>What it promises, the most important first:
 *
 * <ol>
 *   <li>{@link #load} returns exactly what the last {@link #store} that returned was given, or
 *       fails; it never returns less, nor anything that was not given to a store.
 *   <li>A store that fails, or is cut short by the end of the process or the machine, leaves the
 *       former content; the new one only where the very last step failed, of which nobody can tell
 *       whether it was done. Nothing may rest on the new one before the store has returned.
 *   <li>Once a store returned, its content outlives the process, and, in a file, the machine's
 *       power.
 * </ol>
 */
public interface StateStore extends AutoCloseable {

  /**
   * Returns what was stored last.
   *
   * @return {@link Durable#NOTHING} if nothing ever was
   * @throws BeethovenStateException if what is there cannot be understood or read; it is left as it
   *     is
   * @throws IllegalStateException if the store is closed
   */
  Durable load();

  /**
   * Replaces what is kept. Returns when it is safe.
   *
   * @param durable what to keep
   * @throws BeethovenStateException if that cannot be done, or is not known to be done
   * @throws IllegalStateException if the store is closed
   */
  void store(Durable durable);

  /** Lets go of what the store holds, and not of what it keeps. Closing again does nothing. */
  @Override
  void close();
}
