package io.beethoven.benchmarks;

import io.beethoven.benchmarks.compare.CompareBench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code beethoven bench}. */
@Command(
    name = "beethoven bench",
    description = "Measure this build on this machine. Every table ends with a line of JSON.",
    subcommands = {
      FailoverBench.class,
      CompareBench.class,
      FormationBench.class,
      DiscoveryBench.class,
      QueryBench.class,
      IdleBench.class,
      ScaleBench.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK")
public final class Main implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** Creates the command. */
  public Main() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing benchmark");
  }

  /**
   * Runs a benchmark and ends the process.
   *
   * @param args what stands on the command line
   */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }
}
