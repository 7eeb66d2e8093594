package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.beethoven.error.ConfigProblem;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code beethoven.roles}. */
final class RolesReader {

  /** The least time that a role may be given to become ready, or to stop. */
  static final Duration LEAST_DEADLINE = Duration.ofMillis(10);

  private static final String PATH = BeethovenSettings.ROOT + ".roles";
  private static final List<String> KEYS =
      List.of(
          "name",
          "count",
          "class",
          "arguments",
          "readiness",
          "one-shot",
          "ready-deadline",
          "stop-deadline",
          "hand-over",
          "fenced");

  private final RoleDefaults defaults;
  private final ClassLoader classes;
  private final List<ConfigProblem> problems;
  private final Map<RoleName, String> seen = new HashMap<>();

  RolesReader(RoleDefaults defaults, ClassLoader classes, List<ConfigProblem> problems) {
    this.defaults = defaults;
    this.classes = classes;
    this.problems = problems;
  }

  List<RoleDefinition> read(@Nullable ConfigValue roles) {
    if (!(roles instanceof ConfigList entries)) {
      problems.add(SettingsReader.problem(PATH, roles, "must be a list of roles"));
      return List.of();
    }
    List<RoleDefinition> definitions = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String path = PATH + "[" + i + "]";
      if (entries.get(i) instanceof ConfigObject entry) {
        entry(entry, path).ifPresent(definitions::add);
      } else {
        problems.add(SettingsReader.problem(path, entries.get(i), "must be a block of settings"));
      }
    }
    return definitions;
  }

  private Optional<RoleDefinition> entry(ConfigObject entry, String path) {
    int before = problems.size();
    for (Map.Entry<String, ConfigValue> key : new TreeMap<>(entry).entrySet()) {
      if (!KEYS.contains(key.getKey())) {
        problems.add(
            KeyCheck.unknown(path + "." + key.getKey(), key.getValue(), key.getKey(), KEYS));
      }
    }
    Config config = entry.toConfig();
    SettingsReader in = new SettingsReader(config, path + ".", problems);
    RoleName name = in.parsed("name", RoleName::new, new RoleName("unnamed"));
    if (!in.isFaulty("name")) {
      String first = seen.putIfAbsent(name, path);
      if (first != null) {
        in.add("name", "must be different from the name of " + first);
      }
    }
    Map<String, String> arguments = arguments(name, entry.get("arguments"), path + ".arguments");
    RoleSpec spec = spec(name, arguments, config, in);
    Optional<Class<?>> implementation =
        config.hasPath("class") ? implementation(in) : Optional.empty();
    return problems.size() > before
        ? Optional.empty()
        : Optional.of(new RoleDefinition(spec, implementation));
  }

  private RoleSpec spec(
      RoleName name, Map<String, String> arguments, Config config, SettingsReader in) {
    return new RoleSpec(
        name,
        config.hasPath("count") ? in.integer("count", 1, RoleSpec.MAX_COUNT) : defaults.count(),
        arguments,
        choice(in, config, "readiness", Readiness.class, defaults.readiness()),
        flag(in, config, "one-shot", defaults.oneShot()),
        deadline(in, config, "ready-deadline", defaults.readyDeadline()),
        deadline(in, config, "stop-deadline", defaults.stopDeadline()),
        choice(in, config, "hand-over", HandOver.class, defaults.handOver()),
        flag(in, config, "fenced", defaults.fenced()));
  }

  private static <E extends Enum<E>> E choice(
      SettingsReader in, Config config, String key, Class<E> type, E otherwise) {
    return config.hasPath(key) ? in.choice(key, type) : otherwise;
  }

  private static boolean flag(SettingsReader in, Config config, String key, boolean otherwise) {
    return config.hasPath(key) ? in.flag(key) : otherwise;
  }

  private static Duration deadline(
      SettingsReader in, Config config, String key, Duration otherwise) {
    return config.hasPath(key)
        ? in.duration(key, LEAST_DEADLINE, RoleSpec.MAX_DEADLINE)
        : otherwise;
  }

  /** Flattens blocks to dotted keys and writes each value as text. */
  private Map<String, String> arguments(RoleName name, @Nullable ConfigValue value, String path) {
    Map<String, String> arguments = new TreeMap<>();
    if (value == null) {
      return arguments;
    }
    if (!(value instanceof ConfigObject block)) {
      problems.add(SettingsReader.problem(path, value, "must be a block of arguments"));
      return arguments;
    }
    for (Map.Entry<String, ConfigValue> argument : block.toConfig().entrySet()) {
      String key = String.join(".", ConfigUtil.splitPath(argument.getKey()));
      if (argument.getValue().valueType() == ConfigValueType.LIST) {
        problems.add(
            SettingsReader.problem(
                path + "." + argument.getKey(), argument.getValue(), "must be a single value"));
      } else {
        arguments.put(key, String.valueOf(argument.getValue().unwrapped()));
      }
    }
    try {
      RoleSpec.requireShort(name, arguments);
    } catch (IllegalArgumentException e) {
      problems.add(
          SettingsReader.problem(
              path,
              value,
              "must have at most "
                  + RoleSpec.MAX_ARGUMENT_CHARS
                  + " characters altogether, keys and values"));
      return Map.of();
    }
    return arguments;
  }

  private Optional<Class<?>> implementation(SettingsReader in) {
    String name = in.text("class");
    if (in.isFaulty("class")) {
      return Optional.empty();
    }
    try {
      Class<?> found = Class.forName(name, false, classes);
      String flaw = flawOf(found);
      if (flaw.isEmpty()) {
        return Optional.of(found);
      }
      in.add("class", flaw);
    } catch (ClassNotFoundException | LinkageError e) {
      in.add("class", "must be a class that can be loaded; " + e);
    }
    return Optional.empty();
  }

  private static String flawOf(Class<?> type) {
    if (!RoleTask.class.isAssignableFrom(type) && !RoleLifecycle.class.isAssignableFrom(type)) {
      return "must implement " + RoleTask.class.getName() + " or " + RoleLifecycle.class.getName();
    }
    if (Modifier.isAbstract(type.getModifiers()) || !Modifier.isPublic(type.getModifiers())) {
      return "must be public and not abstract";
    }
    boolean makeable =
        Arrays.stream(type.getConstructors()).anyMatch(each -> each.getParameterCount() == 0);
    return makeable ? "" : "must have a public constructor without parameters";
  }
}
