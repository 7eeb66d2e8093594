package io.beethoven.actors.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Binds a socket file: in a directory that only its owner may use, replacing the file of a dead
 * process and never that of a living one.
 */
final class SocketFile {

  private static final Set<PosixFilePermission> DIRECTORY_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> SOCKET_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final long LOCK_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private SocketFile() {}

  /**
   * Binds.
   *
   * @param socket where
   * @return a listening channel; its file can be deleted while it listens
   * @throws IOException if the directory is not safe, another process serves the socket, or the
   *     system refuses
   */
  static ServerSocketChannel bind(Path socket) throws IOException {
    Path directory = Objects.requireNonNull(socket.getParent(), "socket's directory");
    prepare(directory);
    // Looking, deleting and binding are one step among all processes of this user.
    try (FileChannel lockFile =
            FileChannel.open(
                directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock(lockFile)) {
      Objects.requireNonNull(held, "lock");
      if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
        if (isServed(socket)) {
          throw new FileAlreadyExistsException(
              socket.toString(), null, "another process serves this control socket");
        }
        Files.delete(socket);
      }
      return listen(socket);
    }
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, SOCKET_MODE);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void prepare(Path directory) throws IOException {
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(DIRECTORY_MODE));
    Path fresh = Files.createTempFile(directory, ".owner", null);
    try {
      if (!Files.getOwner(fresh).equals(Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS))) {
        throw new IOException(
            "control directory " + directory + " must belong to the user of this process");
      }
    } finally {
      Files.delete(fresh);
    }
    Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
  }

  private static FileLock lock(FileChannel file) throws IOException {
    long end = System.nanoTime() + LOCK_WAIT_NANOS;
    while (true) {
      try {
        FileLock lock = file.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // Held by this process; the same as held by another one.
        if (System.nanoTime() - end > 0) {
          throw new IOException("control directory stayed locked by this process", e);
        }
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException("control directory stayed locked by another process");
      }
      LockSupport.parkNanos(LOCK_PAUSE_NANOS);
    }
  }

  /** Tells whether a process listens; a frozen one does, too: its kernel accepts. */
  static boolean isServed(Path socket) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      // A full backlog answers "try again": not connected, and no exception.
      probe.connect(UnixDomainSocketAddress.of(socket));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
