package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.beethoven.error.ConfigProblem;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads values by path and collects what is wrong with them instead of stopping at the first. What
 * cannot be read is given as the least valid value, which nobody sees, since a problem stops the
 * start.
 */
final class SettingsReader {

  private final Config config;
  private final String shownPrefix;
  private final List<ConfigProblem> problems;
  private final Set<String> faulty = new HashSet<>();

  /**
   * Creates a reader.
   *
   * @param config what to read
   * @param shownPrefix put before paths where people read them
   * @param problems where to add what is wrong
   */
  SettingsReader(Config config, String shownPrefix, List<ConfigProblem> problems) {
    this.config = config;
    this.shownPrefix = shownPrefix;
    this.problems = problems;
  }

  Duration duration(String path, Duration min, Duration max) {
    String expected = "must be a duration between " + text(min) + " and " + text(max);
    Duration value = read(path, expected, () -> config.getDuration(path), min);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      add(path, expected);
      return min;
    }
    return value;
  }

  int integer(String path, int min, int max) {
    String expected = "must be a whole number between " + min + " and " + max;
    int value = read(path, expected, () -> config.getInt(path), min);
    if (value < min || value > max) {
      add(path, expected);
      return min;
    }
    return value;
  }

  boolean flag(String path) {
    return read(path, "must be on or off", () -> config.getBoolean(path), false);
  }

  String text(String path) {
    return read(path, "must be a text", () -> config.getString(path), "").trim();
  }

  /** Reads a list of texts; one text stands for the list of its parts between commas. */
  List<String> texts(String path) {
    return read(
        path,
        "must be a list of texts",
        () -> {
          if (config.getValue(path).valueType() != ConfigValueType.STRING) {
            return config.getStringList(path);
          }
          return Arrays.stream(config.getString(path).split(",", -1))
              .map(String::trim)
              .filter(part -> !part.isEmpty())
              .toList();
        },
        List.of());
  }

  /** Reads an enum whose constants are written in lower case with dashes. */
  <E extends Enum<E>> E choice(String path, Class<E> type) {
    E[] constants = type.getEnumConstants();
    String expected =
        "must be one of "
            + Arrays.stream(constants).map(SettingsReader::text).collect(Collectors.joining(", "));
    String value = read(path, expected, () -> config.getString(path), text(constants[0]));
    for (E constant : constants) {
      if (text(constant).equals(value)) {
        return constant;
      }
    }
    add(path, expected);
    return constants[0];
  }

  /**
   * Reads a text by a parser.
   *
   * @param parser throws {@link IllegalArgumentException} whose message names value and bound
   */
  <T> T parsed(String path, Function<String, T> parser, T otherwise) {
    String value = text(path);
    if (isFaulty(path)) {
      return otherwise;
    }
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      add(path, String.valueOf(e.getMessage()));
      return otherwise;
    }
  }

  /** Adds a problem if the first duration is more than the second, unless one is faulty already. */
  void requireOrder(String lower, Duration low, String upper, Duration high) {
    if (low.compareTo(high) > 0 && !isFaulty(lower) && !isFaulty(upper)) {
      add(lower, "must be at most " + shownPrefix + upper + ", which is " + text(high));
    }
  }

  boolean isFaulty(String path) {
    return faulty.contains(path);
  }

  /** Adds a problem with the value at a path. */
  void add(String path, String expected) {
    faulty.add(path);
    ConfigProblem found =
        config.hasPathOrNull(path)
            ? problem(shownPrefix + path, valueAt(path), expected)
            : new ConfigProblem(
                shownPrefix + path, "", expected, config.root().origin().description());
    if (!problems.contains(found)) {
      problems.add(found);
    }
  }

  private @Nullable ConfigValue valueAt(String path) {
    ConfigObject parent = config.root();
    List<String> keys = ConfigUtil.splitPath(path);
    for (String key : keys.subList(0, keys.size() - 1)) {
      parent = (ConfigObject) Objects.requireNonNull(parent.get(key));
    }
    return parent.get(keys.get(keys.size() - 1));
  }

  /** Describes a problem with a value. */
  static ConfigProblem problem(String path, @Nullable ConfigValue value, String expected) {
    if (value == null) {
      return new ConfigProblem(path, "", "is missing; " + expected, "");
    }
    String rendered = value.render(ConfigRenderOptions.concise());
    return new ConfigProblem(path, rendered, expected, value.origin().description());
  }

  private <T> T read(String path, String expected, Supplier<T> getter, T otherwise) {
    try {
      return getter.get();
    } catch (ConfigException e) {
      add(path, config.hasPathOrNull(path) ? expected : "is missing; " + expected);
      return otherwise;
    }
  }

  /** Returns a constant as it is written in a configuration. */
  static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns a duration as it is written in a configuration. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis != 0 && millis % 86_400_000 == 0) {
      return millis / 86_400_000 + " d";
    }
    if (millis != 0 && millis % 3_600_000 == 0) {
      return millis / 3_600_000 + " h";
    }
    if (millis != 0 && millis % 60_000 == 0) {
      return millis / 60_000 + " min";
    }
    return millis != 0 && millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
