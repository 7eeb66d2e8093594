package io.beethoven.grant;

import java.util.ArrayList;
import java.util.List;

/**
 * A deliberate defect, and where it shows.
 *
 * @param name what is wrong
 * @param changes what is changed for it
 * @param shownBy a schedule, or {@link MutantRun#RANDOM}
 * @param seed with which seed it shows
 */
record Defect(String name, List<Change> changes, String shownBy, long seed) {

  /**
   * A change of a source file.
   *
   * @param file the source file, below {@code src/main/java}
   * @param snippet what stands there, exactly once
   * @param replacement what stands there instead
   */
  record Change(String file, String snippet, String replacement) {}

  /** A defect that is shown by a run that is drawn from its seed. */
  static Defect of(String name, String file, String snippet, String replacement, long seed) {
    return new Defect(
        name, List.of(new Change(file, snippet, replacement)), MutantRun.RANDOM, seed);
  }

  /** The same, shown by a schedule. */
  Defect by(Schedules.Named schedule) {
    return new Defect(name, changes, schedule.name(), seed);
  }

  /** The same, with another rule off that would cover this one. */
  Defect and(String file, String snippet, String replacement) {
    List<Change> more = new ArrayList<>(changes);
    more.add(new Change(file, snippet, replacement));
    return new Defect(name, more, shownBy, seed);
  }

  @Override
  public String toString() {
    return name;
  }
}
