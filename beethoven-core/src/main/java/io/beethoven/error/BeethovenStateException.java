package io.beethoven.error;

import org.jspecify.annotations.Nullable;

/**
 * What a node keeps across restarts could not be read or written. The message names the file, what
 * is wrong and what can be done; a file that could not be read is as it was before.
 */
public final class BeethovenStateException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param file the file or directory
   * @param problem what is wrong with it, such as {@code is damaged}
   * @param advice what the operator can do, a whole sentence
   * @param cause what the system said
   */
  public BeethovenStateException(
      String file, String problem, String advice, @Nullable Throwable cause) {
    super(file + " " + problem + ". " + advice, cause);
  }
}
