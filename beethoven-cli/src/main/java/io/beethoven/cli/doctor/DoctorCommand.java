package io.beethoven.cli.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.beethoven.actors.control.ControlJson;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.SettingsSources;
import io.beethoven.cli.LocalNodeOptions;
import io.beethoven.cli.SettingsOptions;
import io.beethoven.diagnosis.Diagnosis;
import io.beethoven.diagnosis.Diagnostics;
import io.beethoven.diagnosis.Examination;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      "the environment (BEETHOVEN_…) and the configuration file. It never counts as a node itself.",
      "With --node it asks only that one of the nodes here."
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
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Output output;

  @Mixin private final SettingsOptions settings = new SettingsOptions();

  @Mixin private final LocalNodeOptions nodes = new LocalNodeOptions();

  /** Creates the command. */
  public DoctorCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Config said = said();
    boolean asked = !said.isEmpty() || settings.namesFile();
    Config merged = SettingsSources.ofProcess(said, settings.application()).merge();
    PrintWriter err = spec.commandLine().getErr();
    Examiner examiner =
        new Examiner(
            asked ? Optional.of(merged) : Optional.empty(),
            nodes.directory(),
            nodes.wanted(),
            words -> err.println("beethoven: " + words));
    Examination facts = examiner.examine(merged);
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
    for (Map.Entry<String, Object> each : settings.said().entrySet()) {
      said =
          said.withValue(
              BeethovenSettings.ROOT + "." + each.getKey(),
              ConfigValueFactory.fromAnyRef(each.getValue(), "command line"));
    }
    return said;
  }
}
