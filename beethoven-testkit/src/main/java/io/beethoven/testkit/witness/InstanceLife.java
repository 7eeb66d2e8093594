package io.beethoven.testkit.witness;

import io.beethoven.testkit.witness.WitnessEvent.Kind;
import java.util.ArrayList;
import java.util.List;

/** What is known of one instance. Grows with its looks. */
final class InstanceLife {

  /** A look that took longer may have been frozen in between. */
  private static final long SLOW_NANOS = 20_000_000;

  private final WitnessEvent start;
  private final List<ValidRun> runs = new ArrayList<>();
  private final List<WitnessEvent> slow = new ArrayList<>();
  private long refusedAfter = Long.MIN_VALUE;
  private boolean refusedLast;
  private long looks;
  private long withoutRight;

  InstanceLife(WitnessEvent start) {
    this.start = start;
  }

  void add(WitnessEvent look) {
    if (look.kind() != Kind.STOP) {
      // The last look is no write: it says that there will be none.
      looks++;
      withoutRight += look.granted() ? 0 : 1;
    }
    if (!look.granted()) {
      refusedLast = true;
      refusedAfter = Math.max(refusedAfter, look.after());
      return;
    }
    if (look.after() - look.before() > SLOW_NANOS) {
      slow.add(look);
    }
    boolean belated = refusedLast && look.before() <= refusedAfter;
    if (runs.isEmpty() || (refusedLast && !belated)) {
      runs.add(new ValidRun(this, look));
      refusedLast = false;
    } else {
      runs.get(runs.size() - 1).add(look);
    }
  }

  String role() {
    return start.role();
  }

  int slot() {
    return start.slot();
  }

  String node() {
    return start.node();
  }

  String process() {
    return start.process();
  }

  /** Returns when it was started, before its first look. */
  long from() {
    return start.before();
  }

  List<ValidRun> runs() {
    return runs;
  }

  /** Tells whether its last look was later than this and found the right to be held. */
  boolean isValidSince(long nanoTime) {
    return !refusedLast && !runs.isEmpty() && runs.get(runs.size() - 1).until() - nanoTime > 0;
  }

  /** Returns the looks that found the right to be held and took suspiciously long. */
  List<WitnessEvent> slow() {
    return slow;
  }

  /** Returns how often it looked in order to write. */
  long looks() {
    return looks;
  }

  /** Returns how many of these looks found no right. */
  long withoutRight() {
    return withoutRight;
  }

  @Override
  public String toString() {
    return "%s[%d] on %s (process %s, instance %d)"
        .formatted(
            start.role(),
            start.slot(),
            start.node(),
            start.process().replaceFirst("-.*", ""),
            start.instance());
  }
}
