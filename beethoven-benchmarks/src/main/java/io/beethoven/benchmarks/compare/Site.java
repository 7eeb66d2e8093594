package io.beethoven.benchmarks.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The loopback addresses of a stage, apart from those of other stages and of other tests.
 *
 * @param number from 0
 * @param size how many nodes
 * @param directory where its processes may write
 */
record Site(int number, int size, Path directory) {

  private static final int SERVER = 9;

  Site {
    if (number < 0 || number > 250) {
      throw new IllegalArgumentException("number must be between 0 and 250, was " + number);
    }
    if (size < 2 || size > 6) {
      throw new IllegalArgumentException("size must be between 2 and 6, was " + size);
    }
  }

  /** Returns the addresses of the nodes. */
  List<String> hosts() {
    return IntStream.rangeClosed(1, size).mapToObj(this::host).toList();
  }

  /** Returns the address of the process beside the nodes. */
  String server() {
    return host(SERVER);
  }

  /** Returns a subnet that holds the nodes and nothing else. */
  String subnet() {
    return "127.7." + number + ".0/29";
  }

  private String host(int index) {
    return "127.7." + number + "." + index;
  }
}
