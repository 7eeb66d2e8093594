package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import io.beethoven.benchmarks.Figures;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was measured of one library with one setting for one event.
 *
 * @param library its name
 * @param setting how it was set up
 * @param event what was done to the victims
 * @param runs one for each failover
 * @param failures why further runs came to nothing
 */
record CaseResult(
    String library, Setting setting, Event event, List<Measured> runs, List<String> failures) {

  CaseResult {
    runs = List.copyOf(runs);
    failures = List.copyOf(failures);
  }

  boolean isBeethoven() {
    return library.equals(BeethovenContender.NAME);
  }

  /** Returns the name that a reader sees. */
  String title() {
    return switch (library) {
      case "jgroups" -> "JGroups";
      default -> Character.toUpperCase(library.charAt(0)) + library.substring(1);
    };
  }

  /**
   * Returns the times from the signal to the role acting elsewhere; empty if no run came to that.
   */
  Optional<Figures> total() {
    return figures(run -> Optional.of(run.totalMillis()));
  }

  /** Returns " (2 failed)", or nothing: what failed is in no figure. */
  String failureNote() {
    return failures.isEmpty() ? "" : " (" + failures.size() + " failed)";
  }

  /** Returns how long nobody acted. */
  Optional<Figures> gap() {
    return figures(run -> Optional.of(run.gapMillis()));
  }

  /** Returns when the kernel had closed the victims' sockets. */
  Optional<Figures> fin() {
    return figures(Measured::finMillis);
  }

  /** Returns how long old instances went on. */
  Optional<Figures> overlap() {
    return figures(run -> Optional.of(run.overlap().millis()));
  }

  /** Returns how often an old instance acted beside the new one, at most. */
  int overlapActs() {
    return runs.stream().mapToInt(run -> run.overlap().acts()).max().orElse(0);
  }

  /** Tells whether each old instance was seen to stop. */
  boolean isOverlapEnded() {
    return runs.stream().allMatch(run -> run.overlap().ended());
  }

  private Optional<Figures> figures(Function<Measured, Optional<Double>> value) {
    List<Double> values = runs.stream().flatMap(run -> value.apply(run).stream()).toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(new Figures(values));
  }
}
