package io.beethoven.examples.fenced;

import io.beethoven.model.Token;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A resource that guards itself: a log in a file, shared by the processes of one machine, that
 * refuses a token lower than one that the same slot has been shown.
 *
 * <p>Each write looks and appends under one lock of the file, so nothing comes in between; what
 * makes a guard is that both are one step <em>where the data is</em>. Looking first and writing
 * afterwards guards nothing: the writer may be frozen between the two. A written line is on the
 * disk when the call returns. All that the store knows it reads from its log, so it survives any
 * restart; a last line that is not whole, of a writer that died over it, is cut off.
 *
 * <p>A process that is frozen while it holds the lock holds up the others until it is thawed or
 * killed. That is the price of a plain file; a database that lives in a process of its own does not
 * stand still with its client.
 *
 * <p>May be used by any thread. A process opens at most one store per file.
 */
public final class FencedStore {

  private final Path file;
  private final Map<Integer, Token> highest = new HashMap<>();
  private final Map<Integer, String> last = new HashMap<>();
  private long readBytes;

  private FencedStore(Path file) {
    this.file = file;
  }

  /**
   * Opens a store.
   *
   * @param file its log; made if it is missing
   * @return the store
   * @throws IOException if the log cannot be made
   */
  public static FencedStore open(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    try {
      Files.createFile(absolute);
      try (FileChannel directory =
          FileChannel.open(absolute.resolveSibling("."), StandardOpenOption.READ)) {
        // The file's name has to outlive a power cut as well.
        directory.force(true);
      }
    } catch (FileAlreadyExistsException e) {
      return new FencedStore(absolute);
    }
    return new FencedStore(absolute);
  }

  /**
   * Shuts out the former instances of a slot, then returns what was written last. An instance that
   * goes on from there calls this first: had it only read, a late write of the former one could
   * still follow what it read.
   *
   * @param slot the instance's slot
   * @param token the token it holds now
   * @return the slot's last payload
   * @throws StaleTokenException if the slot has been shown a higher token
   * @throws IOException if the log cannot be read or written
   */
  public synchronized Optional<String> claim(int slot, Token token)
      throws StaleTokenException, IOException {
    append(new Entry(slot, token, ""));
    return Optional.ofNullable(last.get(slot));
  }

  /**
   * Writes.
   *
   * @param slot the instance's slot
   * @param token the token it holds now
   * @param payload one line, not empty
   * @throws StaleTokenException if the slot has been shown a higher token; nothing was written
   * @throws IllegalArgumentException if the payload is not one line
   * @throws IOException if the log cannot be read or written; the payload may have been written or
   *     not, except that it was not if the thread was interrupted while it waited for the lock
   */
  public synchronized void write(int slot, Token token, String payload)
      throws StaleTokenException, IOException {
    if (payload.isEmpty()) {
      throw new IllegalArgumentException("payload must not be empty");
    }
    append(new Entry(slot, token, payload));
  }

  private void append(Entry entry) throws StaleTokenException, IOException {
    // Not a channel: to interrupt a thread closes a channel in the middle of what it writes.
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
      // Held until the file is closed.
      log.getChannel().lock();
      catchUp(log);
      Token floor = highest.getOrDefault(entry.slot(), Token.NONE);
      if (entry.token().compareTo(floor) < 0) {
        throw new StaleTokenException(entry.slot(), entry.token(), floor);
      }
      byte[] line = entry.line();
      log.seek(readBytes);
      log.write(line);
      log.getFD().sync();
      readBytes += line.length;
      learn(entry);
    }
  }

  /** Reads what other processes, or this one in a former life, have written. */
  private void catchUp(RandomAccessFile log) throws IOException {
    if (log.length() < readBytes) {
      throw new IOException(file + " has lost what was written to it");
    }
    byte[] unread = new byte[Math.toIntExact(log.length() - readBytes)];
    log.seek(readBytes);
    log.readFully(unread);
    int begin = 0;
    for (int end = 0; end < unread.length; end++) {
      if (unread[end] != '\n') {
        continue;
      }
      Optional<Entry> entry = Entry.parse(Arrays.copyOfRange(unread, begin, end));
      if (entry.isPresent()) {
        learn(entry.get());
        begin = end + 1;
      } else if (end + 1 < unread.length) {
        throw new IOException(file + " is damaged at byte " + (readBytes + begin));
      }
    }
    readBytes += begin;
    if (begin < unread.length) {
      // Nobody can be at it: this process holds the lock.
      log.setLength(readBytes);
    }
  }

  private void learn(Entry entry) {
    highest.put(entry.slot(), entry.token());
    if (!entry.payload().isEmpty()) {
      last.put(entry.slot(), entry.payload());
    }
  }
}
