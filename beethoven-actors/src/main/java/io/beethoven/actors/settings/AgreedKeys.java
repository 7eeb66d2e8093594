package io.beethoven.actors.settings;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The settings that all nodes of a cluster must have alike. {@code reference.conf} says of each key
 * whether it is one, in its comment, and is read for that.
 */
final class AgreedKeys {

  /** How a comment ends that says so. */
  private static final Pattern AGREE = Pattern.compile(".*; agree: yes\\]\\s*");

  private AgreedKeys() {}

  /**
   * Returns them.
   *
   * @return paths below {@code beethoven}
   * @throws IllegalStateException if there is none: the file has lost its comments
   */
  static SortedSet<String> all() {
    SortedSet<String> keys = new TreeSet<>();
    collect(SettingsSources.reference().getObject(BeethovenSettings.ROOT), "", keys);
    if (keys.isEmpty()) {
      throw new IllegalStateException(
          "reference.conf has lost its comments, which say what nodes must agree on");
    }
    return keys;
  }

  private static void collect(ConfigObject block, String prefix, SortedSet<String> keys) {
    for (Map.Entry<String, ConfigValue> entry : block.entrySet()) {
      String path = prefix + entry.getKey();
      if (entry.getValue() instanceof ConfigObject inner) {
        if (!KeyCheck.isFree(BeethovenSettings.ROOT + "." + path)) {
          collect(inner, path + ".", keys);
        }
      } else if (AGREE.matcher(String.join(" ", entry.getValue().origin().comments())).matches()) {
        keys.add(path);
      }
    }
  }
}
