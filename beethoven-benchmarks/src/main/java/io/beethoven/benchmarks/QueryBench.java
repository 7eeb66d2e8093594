package io.beethoven.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench queries}: the four queries by ask and by snapshot. */
@Command(
    name = "queries",
    description = "Measure the four queries with JMH: each by ask, each from the snapshot.",
    mixinStandardHelpOptions = true)
final class QueryBench implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--iterations",
      defaultValue = "5",
      description = "Iterations of one second each, after as many to warm up.")
  private int iterations;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(QueryBenchmarks.class.getName() + "\\.")
                    .forks(1)
                    .jvmArgsAppend("-Dlog.level=WARN")
                    .warmupIterations(iterations)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(iterations)
                    .measurementTime(TimeValue.seconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    ObjectNode summary = JsonNodeFactory.instance.objectNode();
    for (RunResult result : results) {
      Result<?> primary = result.getPrimaryResult();
      Statistics statistics = primary.getStatistics();
      String name = primary.getLabel();
      out.println(
          String.format(
              Locale.ROOT,
              "%-34s min %10.1f   median %10.1f   p90 %10.1f   max %12.1f   ns",
              name,
              statistics.getMin(),
              statistics.getPercentile(50),
              statistics.getPercentile(90),
              statistics.getMax()));
      summary.put(name + "_p50_ns", Figures.tenths(statistics.getPercentile(50)));
    }
    out.println(summary);
    out.flush();
    return 0;
  }
}
