package io.beethoven.benchmarks.compare;

import java.util.List;
import java.util.Locale;

/** One line of text for each run. */
final class RunLine {

  private RunLine() {}

  /** Returns the line of the last run of a case. */
  static String of(CaseResult result, Measured run) {
    StringBuilder line = new StringBuilder(head(result, result.runs().size()));
    line.append(
        String.format(
            Locale.ROOT, "total %9.1f ms, gap %9.1f", run.totalMillis(), run.gapMillis()));
    run.finMillis().ifPresent(fin -> line.append(String.format(Locale.ROOT, ", fin %.1f", fin)));
    if (run.overlap().acts() > 0) {
      line.append(
          String.format(
              Locale.ROOT,
              ", overlap %.1f in %d acts%s",
              run.overlap().millis(),
              run.overlap().acts(),
              run.overlap().ended() ? "" : " and more"));
    }
    return line.append("  ").append(run.from()).append(" -> ").append(run.to()).toString();
  }

  /** Returns the line of the last run of a case that failed. */
  static String failed(CaseResult result) {
    List<String> failures = result.failures();
    return head(result, result.runs().size() + 1) + "failed: " + failures.get(failures.size() - 1);
  }

  private static String head(CaseResult result, int number) {
    return String.format(
        Locale.ROOT,
        "%-9s %-7s %-6s run %2d: ",
        result.library(),
        result.setting().key(),
        result.event().key(),
        number);
  }
}
