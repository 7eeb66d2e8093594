package io.beethoven.testkit.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file system of its own that can be filled up. Needs root. For one thread at a time. */
final class SmallDisk implements AutoCloseable {

  private static final int BLOCK_BYTES = 4096;

  private final Path directory;
  private final Path filler;

  private SmallDisk(Path directory) {
    this.directory = directory;
    this.filler = directory.resolve("filler");
  }

  /** Tells whether one can be made here, in a directory. */
  static boolean isPossible(Path directory) {
    try {
      mount(directory.resolve("probe")).close();
      return true;
    } catch (IOException | IllegalStateException | UncheckedIOException e) {
      return false;
    }
  }

  /** Makes one at a directory, which is made if it is not there. */
  static SmallDisk mount(Path directory) throws IOException {
    Files.createDirectories(directory);
    Commands.run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", directory.toString());
    return new SmallDisk(directory);
  }

  /** Leaves no space. */
  void fill() {
    byte[] block = new byte[BLOCK_BYTES];
    Arrays.fill(block, (byte) 'x');
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException noSpaceLeft) {
      if (!Files.exists(filler)) {
        throw new UncheckedIOException(noSpaceLeft);
      }
    }
  }

  /** Gives the space back. */
  void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  @Override
  public void close() {
    // Lazily: a process that was killed a moment ago may still hold a file.
    Commands.run("umount", "-l", directory.toString());
  }
}
