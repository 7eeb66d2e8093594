package io.beethoven.cli.demo;

import io.beethoven.testkit.NodeEvent;
import java.io.PrintWriter;
import java.util.Locale;

/** One line per step and event, for pipes and logs. */
final class PlainView implements DemoView {

  private final PrintWriter out;
  private final long startedNanoTime = System.nanoTime();

  PlainView(PrintWriter out) {
    this.out = out;
  }

  private void line(long nanoTime, String mark, String words) {
    double seconds = Math.max(0, nanoTime - startedNanoTime) / 1e9;
    out.println(String.format(Locale.ROOT, "%7.3f s %s%s", seconds, mark, words));
    out.flush();
  }

  @Override
  public void onStep(DemoStep step) {
    line(System.nanoTime(), "== ", step.words());
  }

  @Override
  public void onEvent(String node, NodeEvent event) {
    EventWords.of(node, event).ifPresent(words -> line(event.nanoTime(), "   ", words));
  }

  @Override
  public void onSummary(DemoSummary summary) {
    out.print(SummaryWords.of(summary));
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
