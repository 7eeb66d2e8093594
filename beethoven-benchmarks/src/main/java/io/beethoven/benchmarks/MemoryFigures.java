package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The memory that the kernel has to free when processes are killed. */
final class MemoryFigures {

  private final List<Double> resident = new ArrayList<>();
  private final List<Double> huge = new ArrayList<>();

  /**
   * Looks at a process.
   *
   * @param process one that lives
   * @throws IOException if there is no {@code /proc}
   */
  void add(NodeProcess process) throws IOException {
    add(ProcFiles.residentMegabytes(process.pid()), ProcFiles.hugeMegabytes(process.pid()));
  }

  /** Takes what is resident, and how much of it is in huge pages, in megabytes. */
  void add(double residentMegabytes, double hugeMegabytes) {
    resident.add(residentMegabytes);
    huge.add(hugeMegabytes);
  }

  /** Returns the lines of a table. */
  List<String> table() {
    return List.of(
        new Figures(resident).line("resident memory of a victim", "MB"),
        new Figures(huge).line("  of which in huge pages", "MB"));
  }

  /** Adds the medians to a line of JSON. */
  void addTo(ObjectNode line) {
    line.put("rss_p50_mb", Figures.tenths(new Figures(resident).percentile(50)));
    line.put("huge_p50_mb", Figures.tenths(new Figures(huge).percentile(50)));
  }
}
