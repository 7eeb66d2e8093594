package io.beethoven.benchmarks.compare;

import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The acts that the processes of a stage have told of. May be used by any thread. */
final class ActLog {

  private final List<Act> acts = new ArrayList<>();

  /** Takes what a process said; only its acts are kept. */
  synchronized void onEvent(NodeEvent event) {
    if (event.kind().equals(EventLines.ROLE_ACTED) && event.field("role").equals(ActLines.ROLE)) {
      acts.add(new Act(event.field("node"), Long.parseLong(event.field("acted"))));
    }
  }

  /** Forgets the acts before a moment. */
  synchronized void forgetBefore(long nanoTime) {
    acts.removeIf(act -> act.nanoTime() - nanoTime < 0);
  }

  /** Returns the acts in the order of their moments. */
  synchronized List<Act> acts() {
    return acts.stream().sorted(Comparator.comparingLong(Act::nanoTime)).toList();
  }
}
