package io.beethoven.multijvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A test class's share of the machine. Two JVMs run the test classes of this module beside each
 * other; a class that needs all cores waits until it is the only one.
 */
final class MachineShare implements AutoCloseable {

  private final FileChannel channel;
  private final FileLock lock;

  private MachineShare(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Waits for a share beside others, or for the whole machine. */
  static MachineShare take(boolean whole) {
    try {
      Path file = Path.of("target", "machine.lock").toAbsolutePath();
      Files.createDirectories(file.getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new MachineShare(channel, channel.lock(0, Long.MAX_VALUE, !whole));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      lock.release();
      channel.close();
    }
  }
}
