package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Settings from the environment: {@code BEETHOVEN_} and the path below {@code beethoven} in upper
 * case, dots and dashes as underscores.
 *
 * @param settings what was found
 * @param ignored names that begin so and are no setting, sorted
 */
record EnvironmentVariables(Config settings, Set<String> ignored) {

  private static final String PREFIX = "BEETHOVEN_";

  /**
   * What Kubernetes sets for each Service: a Service called {@code beethoven-node} makes {@code
   * BEETHOVEN_NODE_PORT=tcp://10.0.0.1:25520}.
   */
  private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://.*");

  /**
   * Finds the settings in an environment.
   *
   * @param environment names and values
   * @param reference the tree of known keys, at {@code beethoven}
   */
  static EnvironmentVariables read(Map<String, String> environment, ConfigObject reference) {
    Map<String, String> paths = new TreeMap<>();
    collect(reference, "", paths);
    Config settings = ConfigFactory.empty();
    Set<String> ignored = new TreeSet<>();
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      String path = paths.get(name);
      if (path != null && !SERVICE_LINK.matcher(variable.getValue()).matches()) {
        settings =
            settings.withValue(
                "beethoven." + path,
                ConfigValueFactory.fromAnyRef(variable.getValue(), "environment variable " + name));
      } else if (name.startsWith(PREFIX)) {
        ignored.add(name);
      }
    }
    return new EnvironmentVariables(settings, ignored);
  }

  /** Returns the variable that sets a path below {@code beethoven}. */
  static String nameOf(String path) {
    return PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** Collects the leaves that one text can set: all but free trees and lists of blocks. */
  private static void collect(ConfigObject object, String prefix, Map<String, String> paths) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String path = prefix + entry.getKey();
      if (List.of("pekko", "roles").contains(path)) {
        continue;
      }
      if (entry.getValue().valueType() == ConfigValueType.OBJECT) {
        collect((ConfigObject) entry.getValue(), path + ".", paths);
      } else {
        paths.put(nameOf(path), path);
      }
    }
  }
}
