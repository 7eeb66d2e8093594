package io.beethoven.testkit.witness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads along in the files that processes with a {@link Witness} write. A line that is not whole
 * yet waits for its end, for ever if its writer was killed in the middle of it. Not for several
 * threads.
 */
public final class WitnessFiles {

  private static final int CHUNK_BYTES = 1 << 16;

  private final Path directory;
  private final Map<Path, Reading> readings = new TreeMap<>();

  /** How far a file is read. */
  private static final class Reading {
    private final WitnessLines lines;
    private long offset;

    Reading(String name) {
      this.lines = new WitnessLines(name);
    }
  }

  /**
   * Creates a reader.
   *
   * @param directory where the processes write; need not be there yet
   */
  public WitnessFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads what was written since the last call, in the order of writing within a process.
   *
   * @param to takes the events
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if a line is of another form
   */
  public void read(Consumer<WitnessEvent> to) throws IOException {
    for (Path file : files()) {
      Reading reading =
          readings.computeIfAbsent(file, path -> new Reading(path.getFileName().toString()));
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (readChunk(channel, reading, to)) {
          // The next one.
        }
      }
    }
  }

  private Iterable<Path> files() throws IOException {
    if (!Files.isDirectory(directory)) {
      return new ArrayList<>();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(Witness.SUFFIX)).sorted().toList();
    }
  }

  /** Reads the whole lines of the next bytes; tells whether there were any. */
  private static boolean readChunk(FileChannel channel, Reading reading, Consumer<WitnessEvent> to)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK_BYTES);
    channel.read(bytes, reading.offset);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    int begin = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      to.accept(reading.lines.read(text.substring(begin, end)));
      begin = end + 1;
    }
    reading.offset += begin;
    return begin > 0;
  }
}
