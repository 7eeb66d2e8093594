package io.beethoven.benchmarks;

import io.beethoven.testkit.NodeProcessBuilder;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Memory that a node holds for as long as its process lives, as a program with a large heap does:
 * objects in the old generation, each page of them written to.
 */
final class Ballast {

  private static final String PROPERTY = "io.beethoven.bench.ballast-mb";

  /** So small that no collector puts each into regions of its own. */
  private static final int PIECE_BYTES = 64 * 1024;

  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int PIECES_IN_A_MEGABYTE = 1024 * 1024 / PIECE_BYTES;
  private static final int YOUNG_MEGABYTES = 64;

  /** What the testkit gives a node that holds nothing. */
  private static final int REST_MEGABYTES = 256;

  private static final int MAX_MEGABYTES = 65_536;

  private static final List<byte[]> HELD = new ArrayList<>();

  @Option(
      names = "--heap",
      paramLabel = "MB",
      defaultValue = "0",
      description = {
        "Megabytes of the heap that each node fills before it starts and holds, in a heap of so",
        "much and 256 more; default ${DEFAULT-VALUE}."
      })
  private int megabytes;

  Ballast() {}

  /**
   * Describes it.
   *
   * @param megabytes how much
   */
  Ballast(int megabytes) {
    this.megabytes = megabytes;
  }

  /** Returns how much it is, in units of 1,048,576 bytes. */
  int megabytes() {
    return megabytes;
  }

  /**
   * Has a node hold it.
   *
   * @param node a process that runs {@link BenchNode}, with all its other options
   * @return the node
   * @throws IllegalArgumentException if it is out of range
   */
  NodeProcessBuilder putInto(NodeProcessBuilder node) {
    if (megabytes < 0 || megabytes > MAX_MEGABYTES) {
      throw new IllegalArgumentException(
          "--heap must be between 0 and " + MAX_MEGABYTES + ", was " + megabytes);
    }
    return megabytes == 0
        ? node
        : node.addJvmOptions(jvmOptions()).setting(PROPERTY, Integer.toString(megabytes));
  }

  /** Returns what a JVM needs so that it has room, all of it from the start. */
  List<String> jvmOptions() {
    int all = megabytes + REST_MEGABYTES;
    return List.of("-Xms" + all + "m", "-Xmx" + all + "m", "-Xmn" + YOUNG_MEGABYTES + "m");
  }

  /** Fills this process's heap as it was told to. */
  static void fill() {
    int wanted = Integer.getInteger(PROPERTY, 0) * PIECES_IN_A_MEGABYTE;
    for (int i = 0; i < wanted; i++) {
      // The JVM clears it, and so writes to each of its pages.
      HELD.add(new byte[PIECE_BYTES - ARRAY_HEADER_BYTES]);
    }
    if (wanted > 0) {
      System.gc();
    }
  }
}
