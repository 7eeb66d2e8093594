package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lays the values of the chosen profile above {@code reference.conf} and below whatever somebody
 * set.
 *
 * <p>A program may give a configuration that has {@code reference.conf} in it already, as {@code
 * ConfigFactory.load()} gives it. So a value is taken for a default by where it stands, not by the
 * layer that it comes in, and laying a profile over a second time changes nothing.
 */
final class Profiles {

  private static final String KEY = "profile";
  private static final String DEFAULTS = "reference.conf";
  private static final String ORIGIN = "beethoven.profile = ";
  private static final Set<String> ORIGINS =
      Arrays.stream(Profile.values())
          .map(profile -> ORIGIN + SettingsReader.text(profile))
          .collect(Collectors.toUnmodifiableSet());

  private Profiles() {}

  /**
   * Lays the profile that a configuration chooses.
   *
   * @param whole holds the settings under {@code beethoven}, those of {@code reference.conf}
   *     included
   * @return the same with the profile's values in place of defaults; unchanged if the profile is
   *     unknown, which is found when it is read
   */
  static Config lay(Config whole) {
    if (!(whole.root().get(BeethovenSettings.ROOT) instanceof ConfigObject given)) {
      return whole;
    }
    ConfigValue chosen = given.get(KEY);
    if (chosen == null || chosen.valueType() != ConfigValueType.STRING) {
      return whole;
    }
    String name = String.valueOf(chosen.unwrapped()).trim();
    if (!ORIGINS.contains(ORIGIN + name)) {
      return whole;
    }
    ConfigOrigin origin = ConfigOriginFactory.newSimple(ORIGIN + name);
    return whole.withValue(BeethovenSettings.ROOT, lay(given, all().getObject(name), origin));
  }

  /** Returns what all profiles set, by their names. */
  static Config all() {
    return ConfigFactory.parseResources(
        Profiles.class, "profiles.conf", ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static ConfigObject lay(ConfigObject given, ConfigObject profile, ConfigOrigin origin) {
    ConfigObject laid = given;
    for (Map.Entry<String, ConfigValue> entry : profile.entrySet()) {
      String key = entry.getKey();
      ConfigValue before = given.get(key);
      if (entry.getValue() instanceof ConfigObject inner) {
        if (before instanceof ConfigObject block) {
          laid = laid.withValue(key, lay(block, inner, origin));
        }
      } else if (isDefault(before)) {
        laid = laid.withValue(key, entry.getValue().withOrigin(origin));
      }
    }
    return laid;
  }

  private static boolean isDefault(@Nullable ConfigValue value) {
    return value == null
        || DEFAULTS.equals(value.origin().resource())
        || ORIGINS.contains(value.origin().description());
  }
}
