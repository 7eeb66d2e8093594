package io.beethoven.actors.state;

import io.beethoven.error.BeethovenStateException;
import io.beethoven.grant.Durable;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the state in a file of a directory that this process alone uses. The file is replaced as a
 * whole: written beside, forced to the disk, renamed over the former, and the renaming forced to
 * the disk. What cannot be read stops the node, since one that forgot would vote twice.
 */
public final class StateFile implements StateStore {

  static final String NAME = "state";
  static final String TEMPORARY = "state.new";
  static final String LOCK = "lock";

  private static final Set<PosixFilePermission> DIRECTORY_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final String UNUSABLE = "cannot be used as the node's directory";
  private static final String CHECK =
      "Check the disk and the rights of the directory, or name another one by"
          + " beethoven.state.directory";

  /** Writes a new file so that it outlives a loss of power. */
  @FunctionalInterface
  interface Disk {
    void write(Path file, byte[] bytes) throws IOException;
  }

  /**
   * The directories that this process uses, as they really are. A lock of the system's is lost when
   * the process closes any other descriptor of the file, so that a second node must not even open
   * it: decision 13.
   */
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final StateCodec codec;
  private final FileChannel lock;
  private final Disk disk;
  private final ReentrantLock use = new ReentrantLock();
  private volatile boolean closed;

  private StateFile(Path directory, StateCodec codec, FileChannel lock, Disk disk) {
    this.directory = directory;
    this.codec = codec;
    this.lock = lock;
    this.disk = disk;
  }

  /**
   * Takes a directory. It is made where there is none, for this user alone.
   *
   * @param directory the node's directory
   * @param cluster the cluster's name
   * @param node the node's name
   * @return the store, to be closed
   * @throws BeethovenStateException if the directory cannot be used, or somebody uses it
   */
  public static StateFile open(Path directory, String cluster, NodeId node) {
    return open(directory, cluster, node, StateFile::writeForced);
  }

  static StateFile open(Path directory, String cluster, NodeId node, Disk disk) {
    Path real;
    try {
      real = make(directory);
    } catch (IOException e) {
      throw failure(directory, UNUSABLE, e);
    }
    if (!TAKEN.add(real)) {
      throw used(real, "another node of this process");
    }
    boolean opened = false;
    try {
      FileChannel lock = lock(real);
      opened = true;
      return new StateFile(real, new StateCodec(cluster, node), lock, disk);
    } catch (IOException e) {
      throw failure(real, UNUSABLE, e);
    } finally {
      if (!opened) {
        TAKEN.remove(real);
      }
    }
  }

  /**
   * Makes a directory for this user alone, where there is none.
   *
   * @return where it really is
   */
  static Path make(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    Files.createDirectories(absolute, PosixFilePermissions.asFileAttribute(DIRECTORY_MODE));
    return absolute.toRealPath();
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(FILE_MODE));
    boolean held = false;
    try {
      if (channel.tryLock() == null) {
        throw used(directory, "another process");
      }
      // What a process left that ended while it wrote.
      Files.deleteIfExists(directory.resolve(TEMPORARY));
      held = true;
      return channel;
    } catch (OverlappingFileLockException e) {
      // Another class loader has a list of its own of what is taken.
      throw used(directory, "another node of this process");
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  private static BeethovenStateException used(Path directory, String user) {
    return new BeethovenStateException(
        directory.toString(),
        "is used by " + user,
        "Each node needs a directory of its own: end the other one, or name another directory by"
            + " beethoven.state.directory",
        null);
  }

  @Override
  public Durable load() {
    Path file = file();
    use.lock();
    try {
      requireOpen();
      return codec.decode(read(file));
    } catch (NoSuchFileException e) {
      return Durable.NOTHING;
    } catch (IOException e) {
      throw failure(file, "cannot be read", e);
    } catch (StateFormatException e) {
      throw new BeethovenStateException(
          file.toString(), e.problem(), "It was left as it is. " + e.advice(), e);
    } finally {
      letGo();
    }
  }

  /** What cannot be looked at is not taken for what is not there. */
  private static byte[] read(Path file) throws IOException, StateFormatException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new StateFormatException("is no regular file", "Move it away", null);
    }
    if (attributes.size() <= StateCodec.MAX_BYTES) {
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(StateCodec.MAX_BYTES + 1);
        if (bytes.length <= StateCodec.MAX_BYTES) {
          return bytes;
        }
      }
    }
    throw new StateFormatException(
        "is longer than " + StateCodec.MAX_BYTES + " bytes, and no state file is",
        "Move it away",
        null);
  }

  @Override
  public void store(Durable durable) {
    use.lock();
    try {
      requireOpen();
      replace(durable);
    } finally {
      letGo();
    }
  }

  private void replace(Durable durable) {
    byte[] bytes = codec.encode(durable);
    if (bytes.length > StateCodec.MAX_BYTES) {
      throw new BeethovenStateException(
          file().toString(),
          "would have "
              + bytes.length
              + " bytes with the new content, and at most "
              + StateCodec.MAX_BYTES
              + " are allowed",
          "Define fewer roles at run time, or with shorter arguments",
          null);
    }
    Path temporary = directory.resolve(TEMPORARY);
    try {
      disk.write(temporary, bytes);
      Files.move(
          temporary, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory();
    } catch (IOException e) {
      BeethovenStateException failure = failure(file(), "cannot be written", e);
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException left) {
        failure.addSuppressed(left);
      }
      throw failure;
    }
  }

  /** Without this a renamed file may be back under its former name after a loss of power. */
  private void forceDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void writeForced(Path file, byte[] bytes) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(FILE_MODE))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Returns where the state is kept. */
  public Path file() {
    return directory.resolve(NAME);
  }

  /** Does not wait for a disk: the directory is free when what is under way has ended. */
  @Override
  public void close() {
    closed = true;
    if (use.tryLock()) {
      letGo();
    }
  }

  /** Ends a use, and frees the directory if the store was closed meanwhile. */
  private void letGo() {
    use.unlock();
    if (closed && use.tryLock()) {
      try {
        free();
      } finally {
        use.unlock();
      }
    }
  }

  private void free() {
    if (!lock.isOpen()) {
      return;
    }
    try {
      lock.close();
    } catch (IOException e) {
      throw failure(directory, "cannot be let go", e);
    } finally {
      TAKEN.remove(directory);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the state store is closed");
    }
  }

  private static BeethovenStateException failure(
      Path path, String problem, @Nullable IOException cause) {
    return new BeethovenStateException(path.toString(), problem + ": " + cause, CHECK, cause);
  }
}
