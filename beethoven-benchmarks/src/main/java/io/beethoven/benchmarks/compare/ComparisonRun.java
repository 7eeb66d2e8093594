package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures Beethoven and its peers, and tells what came out. */
public final class ComparisonRun {

  private final PeerOptions peers;
  private final StageOptions options;
  private final RunLimits limits;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * Prepares the run.
   *
   * @param peers with whom to compare
   * @param nodes how many processes each library has
   * @param settleMillis the rest before each signal
   * @param jvmOptions in place of the testkit's; none to leave those
   * @param limits how often to measure
   * @param out where to tell
   * @param err where to tell what led to a failure
   */
  public ComparisonRun(
      PeerOptions peers,
      int nodes,
      long settleMillis,
      List<String> jvmOptions,
      RunLimits limits,
      PrintWriter out,
      PrintWriter err) {
    this.peers = peers;
    this.options = new StageOptions(nodes, settleMillis, peers.overlapMillis(), jvmOptions);
    this.limits = limits;
    this.out = out;
    this.err = err;
  }

  /**
   * Measures all cases, event by event.
   *
   * @param events what to do to the victims
   * @return whether each run has come to a figure
   * @throws IOException if the report cannot be written
   * @throws InterruptedException if this thread is interrupted
   */
  public boolean run(List<Event> events) throws IOException, InterruptedException {
    Contest contest = new Contest(options, limits, this::tell, this::explain);
    List<CaseResult> results = new ArrayList<>();
    for (Event event : events) {
      for (Contender contender : contenders()) {
        results.add(contest.run(contender, event));
        // What is measured is kept, whatever the next case brings.
        write(new Comparison(results));
      }
    }
    Comparison comparison = new Comparison(results);
    for (Event event : comparison.events()) {
      tell("");
      tell(event.signal() + " to the role acting elsewhere, ms (ratio: to Beethoven's median)");
      new ComparisonTable(comparison, event).text().forEach(this::tell);
    }
    tell(ComparisonJson.of(comparison).toString());
    return results.stream().allMatch(result -> result.failures().isEmpty());
  }

  private List<Contender> contenders() {
    List<Contender> contenders = new ArrayList<>();
    contenders.add(new BeethovenContender());
    for (Peer peer : peers.peers()) {
      peers.settings().forEach(setting -> contenders.add(new PeerContender(peer, setting)));
    }
    return contenders;
  }

  private void write(Comparison comparison) throws IOException {
    if (peers.report().isPresent()) {
      Path directory = Files.createDirectories(peers.report().get());
      Files.write(directory.resolve("table.md"), MarkdownReport.of(comparison));
      Files.write(directory.resolve("summary.md"), SummaryTable.of(comparison));
      Files.writeString(directory.resolve("chart.svg"), BarChart.of(comparison));
      Files.writeString(
          directory.resolve("figures.json"), ComparisonJson.of(comparison).toPrettyString() + "\n");
    }
  }

  private void explain(String text) {
    err.println(text);
    err.flush();
  }

  private void tell(String line) {
    out.println(line);
    out.flush();
  }
}
