package io.beethoven.testkit;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends this process when the one that started it is gone: when standard input, a pipe from there,
 * has ended. It ends at once, as if killed, so that nothing can hold it up.
 */
public final class ParentWatch {

  /** The exit code of a process that ended since its parent did. */
  public static final int EXIT_CODE = 113;

  private ParentWatch() {}

  /** Begins to watch, on a daemon thread. */
  public static void start() {
    Thread thread = new Thread(() -> watch(System.in), "beethoven-parent-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void watch(InputStream input) {
    byte[] ignored = new byte[256];
    try {
      while (input.read(ignored) >= 0) {
        // What the parent says does not matter, only that it is there.
      }
    } catch (IOException e) {
      System.err.println("standard input failed: " + e);
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
