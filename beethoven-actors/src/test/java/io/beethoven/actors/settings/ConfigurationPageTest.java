package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the table of the documentation to {@code reference.conf}. */
class ConfigurationPageTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "configuration.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z.-]+)` \\| `([^`]*)` \\| (.+) \\| (.+) \\| (yes|no|should).* \\|");

  @Test
  void shouldListEveryKeyWithItsDefaultWhenReferenceHasIt() throws IOException {
    Map<String, Object> documented = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Config value = ConfigFactory.parseString("value = " + row.group(2));
        Object before = documented.put(row.group(1), value.getValue("value").unwrapped());
        assertThat(before).as("row of %s", row.group(1)).isNull();
      }
    }
    Map<String, Object> known = new TreeMap<>();
    collect(SettingsSources.reference().getObject("beethoven"), "", known);

    assertThat(documented).isEqualTo(known);
  }

  @Test
  void shouldStateRangeAndAgreementWhenAKeyIsExplained() {
    Map<String, List<String>> explained = new TreeMap<>();
    comments(SettingsSources.reference().getObject("beethoven"), "", explained);

    assertThat(explained).hasSizeGreaterThan(40);
    explained.forEach(
        (key, comments) ->
            assertThat(String.join(" ", comments))
                .as(key)
                .matches(".*\\[[^;]+; agree: (yes|no|should)\\b[^\\]]*\\]\\s*"));
  }

  private static void collect(ConfigObject object, String prefix, Map<String, Object> leaves) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String path = prefix + entry.getKey();
      if (entry.getValue() instanceof ConfigObject block) {
        if (!path.equals("pekko")) {
          collect(block, path + ".", leaves);
        }
      } else {
        leaves.put(path, entry.getValue().unwrapped());
      }
    }
  }

  private static void comments(
      ConfigObject object, String prefix, Map<String, List<String>> found) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String path = prefix + entry.getKey();
      if (entry.getValue() instanceof ConfigObject block) {
        if (!path.equals("pekko")) {
          comments(block, path + ".", found);
        }
      } else if (!entry.getValue().origin().comments().isEmpty()) {
        found.put(path, entry.getValue().origin().comments());
      }
    }
  }
}
