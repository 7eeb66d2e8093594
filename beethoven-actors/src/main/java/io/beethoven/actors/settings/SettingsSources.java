package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where settings come from, the first ranking highest. The chosen profile ranks below them all, and
 * {@code reference.conf} below that.
 *
 * @param program what the program said by calls
 * @param systemProperties the JVM's properties
 * @param environment the environment's variables; those that name a setting count
 * @param application {@code application.conf}, or what the program gave in its place
 */
public record SettingsSources(
    Config program,
    Properties systemProperties,
    Map<String, String> environment,
    Config application) {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsSources.class);

  /** Copies the variables. */
  public SettingsSources {
    environment = Map.copyOf(environment);
  }

  /**
   * Returns the sources of this process.
   *
   * @param program what the program said by calls
   * @param application {@code application.conf}, or what the program gave in its place
   * @return the sources
   */
  public static SettingsSources ofProcess(Config program, Config application) {
    return new SettingsSources(program, System.getProperties(), System.getenv(), application);
  }

  /** Returns the {@code application.conf} of this process, or what the properties name instead. */
  public static Config defaultApplication() {
    return ConfigFactory.defaultApplication();
  }

  /**
   * Puts the sources together. Variables that begin like a setting and are none are logged once.
   *
   * @return everything, resolved, with the settings of Beethoven under {@code beethoven} and
   *     whatever else the application's configuration holds
   */
  public Config merge() {
    Config reference = reference();
    EnvironmentVariables variables =
        EnvironmentVariables.read(environment, reference.getObject(BeethovenSettings.ROOT));
    if (!variables.ignored().isEmpty()) {
      LOG.warn(
          "Environment variables that name no setting are ignored variables={}",
          variables.ignored());
    }
    return Profiles.lay(
        program
            .withFallback(properties())
            .withFallback(variables.settings())
            .withFallback(application)
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve(ConfigResolveOptions.defaults()));
  }

  /** Returns all {@code reference.conf} files of the class path. */
  static Config reference() {
    return ConfigFactory.defaultReference();
  }

  private Config properties() {
    return ConfigFactory.parseProperties(
        systemProperties, ConfigParseOptions.defaults().setOriginDescription("system property"));
  }
}
