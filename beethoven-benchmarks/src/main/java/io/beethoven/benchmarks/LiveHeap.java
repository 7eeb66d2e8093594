package io.beethoven.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM's heap holds after a full collection, by the JDK's {@code jcmd}. */
final class LiveHeap {

  /** Such as {@code tenured generation total 174784K, used 20480K}, whatever the collector. */
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

  private LiveHeap() {}

  /**
   * Collects and looks.
   *
   * @param pid a JVM of this user
   * @return megabytes of 1,000,000 bytes; NaN where there is no {@code jcmd}
   */
  static double megabytes(long pid) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      return Double.NaN;
    }
    run(jcmd, pid, "GC.run");
    return parse(run(jcmd, pid, "GC.heap_info"));
  }

  private static String run(Path jcmd, long pid, String what)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), what)
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text;
  }

  /** Adds up what the generations hold; NaN if there are none in the text. */
  static double parse(String text) {
    Matcher used = USED.matcher(text);
    double megabytes = Double.NaN;
    while (used.find()) {
      double more = Long.parseLong(used.group(1)) * 1024 / 1e6;
      megabytes = Double.isNaN(megabytes) ? more : megabytes + more;
    }
    return megabytes;
  }
}
