package io.beethoven.benchmarks;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * One measured failover.
 *
 * @param from the victims' names
 * @param to where their roles ran next
 * @param millis from just before the event until the last of these roles made its first statement
 * @param parts what else was measured, in milliseconds
 * @param staleActs how often an instance acted after one with a higher token had
 */
record FailoverRun(String from, String to, double millis, Map<Part, Double> parts, int staleActs) {

  /** What is measured beside the whole. */
  enum Part {
    /** From the kill until the kernel has closed the last victim's sockets. */
    FIN("  of which the kernel's (FIN)"),
    /** From there until the last role runs elsewhere. */
    OURS("  of which Beethoven's"),
    /** From SIGCONT until all nodes are one cluster again. */
    WHOLE("SIGCONT to whole again"),
    /**
     * From an instance's last statement to its successor's first, the longest of the run; less than
     * zero if they overlapped.
     */
    GAP("last statement to first elsewhere");

    private final String label;

    Part(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    /** Returns its name in a line of JSON or text. */
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  FailoverRun {
    parts = new EnumMap<>(parts);
  }
}
