package io.beethoven.actors.settings;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.beethoven.error.ConfigProblem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds keys that mean nothing, by comparing with the tree of {@code reference.conf}. */
final class KeyCheck {

  /** Trees below which everything is allowed. */
  private static final Set<String> FREE = Set.of("beethoven.pekko");

  private KeyCheck() {}

  /** Tells whether everything is allowed below a path. */
  static boolean isFree(String path) {
    return FREE.contains(path);
  }

  /**
   * Adds a problem for each key of {@code given} that {@code known} lacks, or that is a block
   * there.
   *
   * @param given the tree to look at
   * @param known the tree of known keys
   * @param path where both trees stand
   * @param problems where to add
   * @return whether all blocks are blocks, so that reading on makes sense
   */
  static boolean find(
      ConfigObject given, ConfigObject known, String path, List<ConfigProblem> problems) {
    if (isFree(path)) {
      return true;
    }
    boolean readable = true;
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(given).entrySet()) {
      String here = path + "." + ConfigUtil.joinPath(entry.getKey());
      ConfigValue knownValue = known.get(entry.getKey());
      if (knownValue == null) {
        problems.add(unknown(here, entry.getValue(), entry.getKey(), known.keySet()));
      } else if (knownValue instanceof ConfigObject knownObject) {
        if (entry.getValue() instanceof ConfigObject givenObject) {
          readable &= find(givenObject, knownObject, here, problems);
        } else {
          readable = false;
          problems.add(
              SettingsReader.problem(here, entry.getValue(), "must be a block of settings"));
        }
      }
    }
    return readable;
  }

  /** Describes an unknown key and the known one that looks most like it. */
  static ConfigProblem unknown(
      String path, ConfigValue value, String key, Collection<String> known) {
    String nearest = "";
    int least = Math.max(2, key.length() / 3) + 1;
    for (String candidate : known.stream().sorted().toList()) {
      int distance = distance(key, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    String hint = nearest.isEmpty() ? "" : "; did you mean \"" + nearest + "\"?";
    return SettingsReader.problem(path, value, "is no setting of Beethoven" + hint);
  }

  /** Counts the single-letter edits between two texts (Levenshtein). */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substitute = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
