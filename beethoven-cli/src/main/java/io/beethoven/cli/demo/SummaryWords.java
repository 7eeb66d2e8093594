package io.beethoven.cli.demo;

import java.util.Locale;

/** The demo's result in words. */
final class SummaryWords {

  private SummaryWords() {}

  static String of(DemoSummary summary) {
    return String.format(
        Locale.ROOT,
        "%n%d nodes found each other and formed a cluster in %.1f s.%n"
            + "Role %s ran on %s %.0f ms after kill -9 of %s.%n"
            + "The killed node was back after %.1f s. No process is left behind.%n",
        summary.nodes(),
        summary.formedMillis() / 1000,
        summary.role(),
        summary.to(),
        summary.failoverMillis(),
        summary.killed(),
        summary.backMillis() / 1000);
  }
}
