package io.beethoven.cli;

import io.beethoven.cli.demo.DemoCommand;
import io.beethoven.cli.doctor.DoctorCommand;
import io.beethoven.cli.soak.SoakCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code beethoven} command. */
@Command(
    name = "beethoven",
    description = "Nodes that find each other, form a cluster and share out roles.",
    subcommands = {
      DemoCommand.class,
      NodeCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
      SetCountCommand.class,
      ForceQuorumCommand.class,
      SoakCommand.class,
      TrainCommand.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "  bench   Measure failover, formation and queries; see beethoven bench --help.",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage; doctor has its own."
    })
public final class Main implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** Creates the command. */
  public Main() {}

  /** Tells the version of the build. */
  static final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"beethoven " + (version == null ? "(built from source)" : version)};
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /**
   * Runs the command and ends the process.
   *
   * @param args what stands on the command line
   */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /**
   * Runs the command.
   *
   * @param args what stands on the command line
   * @return the exit code
   */
  static int execute(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("beethoven: " + Failures.describe(failure));
              return command.getCommandSpec().exitCodeOnExecutionException();
            });
  }
}
