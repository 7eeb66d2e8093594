package io.beethoven.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;

/**
 * A wall clock for one process that can be set without setting the machine's: a small library that
 * is loaded before the C library and adds what a file says. Made on Linux with a C compiler. The
 * monotonic clock is left alone. For one thread at a time.
 */
final class WallClock {

  private static final String SOURCE = "clock.c";

  private final Path library;
  private final Path file;

  private WallClock(Path library, Path file) {
    this.library = library;
    this.file = file;
  }

  /** Builds the library in a directory; fails with an IllegalStateException where that fails. */
  static Path build(Path directory) throws IOException {
    Path source = directory.resolve(SOURCE);
    try (InputStream in = WallClock.class.getResourceAsStream(SOURCE)) {
      Files.write(source, Objects.requireNonNull(in, SOURCE).readAllBytes());
    }
    Path library = directory.resolve("clock.so");
    Commands.run(
        "cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl");
    return library;
  }

  /** Tells whether the library can be built here. */
  static boolean isPossible() {
    return System.getProperty("os.name", "").equals("Linux")
        && Commands.succeeds("cc", "--version");
  }

  /** Makes a clock that tells the machine's time. */
  static WallClock create(Path library, Path file) throws IOException {
    WallClock clock = new WallClock(library, file);
    clock.set(Duration.ZERO);
    return clock;
  }

  /** Sets by how much it is ahead of the machine's clock. */
  void set(Duration ahead) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    bytes.putLong(0, ahead.toNanos());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(bytes, 0);
    }
  }

  /** Returns the command that gives a process this clock. */
  String[] launcher() {
    return new String[] {
      "env", "LD_PRELOAD=" + library, "BEETHOVEN_CLOCK_OFFSET=" + file.toAbsolutePath()
    };
  }
}
