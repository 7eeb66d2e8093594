package io.beethoven.testkit.fault;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A role that hangs in its start, or its stop, as long as there is a file that says so. */
final class StubbornRole implements RoleLifecycle {

  private static final String IN_START = "hang-in-start";
  private static final String IN_STOP = "hang-in-stop";
  private static final long LOOK_NANOS = 20_000_000;

  private final Path directory;

  StubbornRole(Path directory) {
    this.directory = directory;
  }

  @Override
  public void start(RoleContext context) {
    hangWhile(IN_START);
  }

  @Override
  public void stop() {
    hangWhile(IN_STOP);
  }

  /** Interruption does not help, as it does not help with a system call that hangs. */
  private void hangWhile(String file) {
    while (Files.exists(directory.resolve(file))) {
      // An interrupted thread would not sleep.
      if (Thread.interrupted()) {
        continue;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Makes all of a directory's hang in their start, or no longer. */
  static void hangInStart(Path directory, boolean hang) throws IOException {
    set(directory.resolve(IN_START), hang);
  }

  /** Makes all of a directory's hang in their stop, or no longer. */
  static void hangInStop(Path directory, boolean hang) throws IOException {
    set(directory.resolve(IN_STOP), hang);
  }

  private static void set(Path file, boolean there) throws IOException {
    if (there) {
      Files.writeString(file, "");
    } else {
      Files.deleteIfExists(file);
    }
  }
}
