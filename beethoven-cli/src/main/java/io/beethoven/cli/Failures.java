package io.beethoven.cli;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Words for what went wrong. */
public final class Failures {

  private Failures() {}

  /**
   * Describes a failure on one line or a few, without a stack trace.
   *
   * @param failure what was thrown
   * @return words for people
   */
  public static String describe(Throwable failure) {
    Throwable cause = failure;
    while (isWrapper(cause) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    if (message != null && message.contains(" ")) {
      return message;
    }
    // A file's name alone, or nothing, says little without the kind of failure.
    return cause.getClass().getSimpleName() + ": " + message;
  }

  private static boolean isWrapper(Throwable failure) {
    return failure instanceof CompletionException
        || failure instanceof ExecutionException
        || failure instanceof UncheckedIOException;
  }
}
