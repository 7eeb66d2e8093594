package io.beethoven.examples.fenced;

import io.beethoven.testkit.ParentWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The example in a process of the test's, whose writes can be held on their way. Whichever writer
 * finds the file {@code hold} renames it to {@code held-HOST} and stops there, until the file
 * {@code go} exists and the role was asked to stop: as a write in a send buffer, it does not hear
 * of that, and reaches the store afterwards.
 */
final class WriterProcess {

  private static final long LOOK_MILLIS = 2;

  private WriterProcess() {}

  /** Takes the address and the directory of these files and of the store's log. */
  public static void main(String[] args) throws InterruptedException {
    ParentWatch.start();
    Path directory = Path.of(args[1]);
    FencedWriter.run(args[0], log(directory), () -> holdIfAsked(args[0], directory));
  }

  static Path log(Path directory) {
    return directory.resolve("fenced.log");
  }

  static Path hold(Path directory) {
    return directory.resolve("hold");
  }

  static Path held(Path directory, String host) {
    return directory.resolve("held-" + host);
  }

  static Path go(Path directory) {
    return directory.resolve("go");
  }

  private static void holdIfAsked(String host, Path directory) {
    try {
      Files.move(hold(directory), held(directory, host));
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CountDownLatch never = new CountDownLatch(1);
    boolean stopped = false;
    while (!stopped || !Files.exists(go(directory))) {
      try {
        never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        stopped = true;
      }
    }
  }
}
