package io.beethoven.cli.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import io.beethoven.actors.control.ControlJson;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.SettingsSources;
import io.beethoven.diagnosis.Diagnosis;
import io.beethoven.diagnosis.Diagnostics;
import io.beethoven.diagnosis.Examination;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code beethoven doctor}: says what is wrong with this machine, its nodes and their neighbours.
 */
@Command(
    name = "doctor",
    description = {
      "Say what is wrong with the nodes of this machine, their neighbours and the machine itself:",
      "one line per finding, the worst first.",
      "Where nodes run here it asks them and looks where they look. Where none does, or any of",
      "--subnet, --host, --port, --beacon-port, --name and --config is given, it looks as a node",
      "with these settings would; what is not said is taken from system properties (in JAVA_OPTS),",
      "the environment (BEETHOVEN_…) and the configuration file. It never counts as a node itself."
    },
    footer = {
      "",
      "Exit codes: 0 nothing is wrong, 1 warnings, 2 errors, 64 wrong usage, 70 the doctor failed.",
      "Each finding is explained in docs/doctor.md."
    },
    exitCodeOnInvalidInput = DoctorCommand.WRONG_USAGE,
    exitCodeOnExecutionException = DoctorCommand.FAILED,
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {

  static final int WRONG_USAGE = 64;
  static final int FAILED = 70;

  /** How the findings are printed. */
  enum Output {
    /** A line for people each. */
    TEXT,
    /** A line with an object for programs each. */
    JSON
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--subnet",
      paramLabel = "CIDR",
      description = "Where to look for nodes, such as 10.0.0.0/24.")
  private @Nullable String subnet;

  @Option(
      names = {"--host", "--bind"},
      paramLabel = "ADDRESS",
      description = "The address to listen at; default: this machine's one in the subnet.")
  private @Nullable String host;

  @Option(names = "--port", paramLabel = "PORT", description = "Port of remoting.")
  private @Nullable Integer port;

  @Option(names = "--beacon-port", paramLabel = "PORT", description = "Port of the beacon.")
  private @Nullable Integer beaconPort;

  @Option(names = "--name", paramLabel = "CLUSTER", description = "The cluster's name.")
  private @Nullable String name;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration in place of application.conf.")
  private @Nullable Path configFile;

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "Ask only this one of the nodes here; default: all of them.")
  private @Nullable String node;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Output output;

  @Option(
      names = "--control-directory",
      paramLabel = "DIR",
      description =
          "The nodes' beethoven.control.directory, where it is not the user's runtime directory.")
  private @Nullable Path directory;

  /** Creates the command. */
  public DoctorCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Config said = said();
    boolean asked = !said.isEmpty() || configFile != null;
    Config settings = SettingsSources.ofProcess(said, application()).merge();
    PrintWriter err = spec.commandLine().getErr();
    Examiner examiner =
        new Examiner(
            asked ? Optional.of(settings) : Optional.empty(),
            directory == null ? ControlSocket.defaultDirectory() : directory,
            wantedNode(),
            words -> err.println("beethoven: " + words));
    Examination facts = examiner.examine(settings);
    List<Diagnosis> findings = Diagnostics.of(facts);
    PrintWriter out = spec.commandLine().getOut();
    for (Diagnosis finding : findings) {
      out.println(output == Output.JSON ? json(finding) : DoctorReport.line(finding));
    }
    if (output == Output.TEXT) {
      out.println();
      out.println(DoctorReport.summary(findings));
    }
    out.flush();
    return switch (Diagnostics.worst(findings)) {
      case ERROR -> 2;
      case WARNING -> 1;
      case OK -> 0;
    };
  }

  private static String json(Diagnosis finding) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    json.put("severity", ControlJson.text(finding.severity()));
    json.put("finding", finding.kind().text());
    json.put("about", finding.about());
    json.put("meaning", finding.meaning());
    json.put("remedy", finding.remedy());
    return mapper.writeValueAsString(json);
  }

  private Config said() {
    Config said = ConfigFactory.empty();
    said = with(said, "discovery.subnet", subnet);
    said = with(said, "node.host", host);
    said = with(said, "node.port", port);
    said = with(said, "beacon.port", beaconPort);
    return with(said, "cluster-name", name);
  }

  private static Config with(Config said, String path, @Nullable Object value) {
    return value == null
        ? said
        : said.withValue(
            BeethovenSettings.ROOT + "." + path,
            ConfigValueFactory.fromAnyRef(value, "command line"));
  }

  private Config application() {
    if (configFile == null) {
      return SettingsSources.defaultApplication();
    }
    if (!Files.isReadable(configFile)) {
      throw new ParameterException(spec.commandLine(), "--config: no readable file " + configFile);
    }
    return ConfigFactory.parseFile(
        configFile.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private Optional<NodeId> wantedNode() {
    if (node == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(NodeId.parse(node));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--node: " + e.getMessage(), e);
    }
  }
}
