package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.beethoven.diagnosis.NodeFacts.Sameness;
import io.beethoven.diagnosis.NodeFacts.Setting;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that are worth comparing between nodes, and those that say where a node looks. What
 * nodes must or should agree on stands in the comments of {@code reference.conf}.
 */
public final class ComparedSettings {

  private static final Pattern AGREE = Pattern.compile("agree: (yes|should)");
  private static final Pattern DURATION = Pattern.compile("\\d+(\\.\\d+)?\\s*[a-z]+");
  private static final String DISCOVERY = BeethovenSettings.ROOT + ".discovery.";
  private static final String BEACON_PORT = BeethovenSettings.ROOT + ".beacon.port";
  private static final int MAX_TEXT = 1024;

  private ComparedSettings() {}

  /**
   * Finds them in a configuration.
   *
   * @param config holds the settings under {@code beethoven}; what it lacks is at its default
   * @return each with its value as JSON, durations in milliseconds; long lists are left out
   */
  public static SortedMap<String, Setting> of(Config config) {
    Config reference = SettingsSources.reference();
    SortedMap<String, Setting> found = new TreeMap<>();
    collect(
        reference.getObject(BeethovenSettings.ROOT),
        BeethovenSettings.ROOT,
        Profiles.lay(config.withFallback(reference)),
        found);
    return found;
  }

  private static void collect(
      ConfigObject block, String path, Config config, Map<String, Setting> found) {
    for (Map.Entry<String, ConfigValue> entry : block.entrySet()) {
      String key = path + "." + entry.getKey();
      if (KeyCheck.isFree(key)) {
        continue;
      }
      if (entry.getValue() instanceof ConfigObject inner) {
        collect(inner, key, config, found);
        continue;
      }
      Sameness sameness = sameness(entry.getValue());
      if (sameness != Sameness.OWN || key.startsWith(DISCOVERY) || key.equals(BEACON_PORT)) {
        String value = text(config, key);
        if (!value.isEmpty() && value.length() <= MAX_TEXT) {
          found.put(key, new Setting(value, sameness));
        }
      }
    }
  }

  private static Sameness sameness(ConfigValue value) {
    Matcher found = AGREE.matcher(String.join(" ", value.origin().comments()));
    if (!found.find()) {
      return Sameness.OWN;
    }
    return found.group(1).equals("yes") ? Sameness.REQUIRED : Sameness.EXPECTED;
  }

  private static String text(Config config, String path) {
    try {
      ConfigValue value = config.getValue(path);
      if (value instanceof ConfigList list
          && list.stream().anyMatch(each -> each.valueType() == ConfigValueType.OBJECT)) {
        return "";
      }
      if (value.valueType() == ConfigValueType.STRING
          && DURATION.matcher(config.getString(path)).matches()) {
        return "\"" + config.getDuration(path).toMillis() + " ms\"";
      }
      return value.render(ConfigRenderOptions.concise());
    } catch (ConfigException e) {
      return "";
    }
  }
}
