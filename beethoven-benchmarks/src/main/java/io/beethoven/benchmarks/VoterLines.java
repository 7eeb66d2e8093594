package io.beethoven.benchmarks;

import io.beethoven.model.NodeId;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who votes, as the logs tell: the newest set that any node knows of. What nodes say of their lines
 * does not show it, where but one does not vote.
 */
final class VoterLines {

  private static final Pattern VOTERS = Pattern.compile("voters version=(\\d+) settled=\\[(.*)]");

  private long version;
  private Set<NodeId> voters = Set.of();

  /** Takes in what a process has printed; the same once more does no harm. */
  void read(String output) {
    Matcher line = VOTERS.matcher(output);
    while (line.find()) {
      long said = Long.parseLong(line.group(1));
      if (said > version) {
        version = said;
        voters = parse(line.group(2));
      }
    }
  }

  /** Reads {@code host:port#uid, host:port#uid}. */
  private static Set<NodeId> parse(String incarnations) {
    Set<NodeId> nodes = new TreeSet<>();
    Arrays.stream(incarnations.split(", ", -1))
        .filter(text -> text.contains("#"))
        .forEach(text -> nodes.add(NodeId.parse(text.substring(0, text.indexOf('#')))));
    return nodes;
  }

  /** Returns the voters; empty while nobody told of any. */
  Set<NodeId> voters() {
    return voters;
  }
}
