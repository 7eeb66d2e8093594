package io.beethoven.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.beethoven.actors.settings.SettingsSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say with which settings a node runs; a mixin of commands. */
public final class SettingsOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--subnet",
      paramLabel = "CIDR",
      description = "Where to look for other nodes, such as 10.0.0.0/24.")
  private @Nullable String subnet;

  @Option(
      names = {"--bind", "--host"},
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

  /** Creates the options, with nothing said. */
  public SettingsOptions() {}

  /** Returns the settings that were said one by one, by their paths below {@code beethoven}. */
  public Map<String, Object> said() {
    Map<String, Object> said = new LinkedHashMap<>();
    put(said, "discovery.subnet", subnet);
    put(said, "node.host", host);
    put(said, "node.port", port);
    put(said, "beacon.port", beaconPort);
    put(said, "cluster-name", name);
    return said;
  }

  private static void put(Map<String, Object> said, String path, @Nullable Object value) {
    if (value != null) {
      said.put(path, value);
    }
  }

  /** Tells whether a configuration file was named. */
  public boolean namesFile() {
    return configFile != null;
  }

  /**
   * Returns the configuration file that was named, or {@code application.conf}.
   *
   * @throws ParameterException if the file cannot be read
   */
  public Config application() {
    if (configFile == null) {
      return SettingsSources.defaultApplication();
    }
    if (!Files.isReadable(configFile)) {
      throw new ParameterException(spec.commandLine(), "--config: no readable file " + configFile);
    }
    return ConfigFactory.parseFile(
        configFile.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
  }
}
