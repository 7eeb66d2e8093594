package io.beethoven.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the documentation of faults and guarantees to the tests that there are. */
class FaultsPageTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
  private static final Pattern TEST = Pattern.compile("`([A-Za-z]+(?:Test|IT))#([A-Za-z0-9]+)`");
  private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))`");
  private static final Pattern FAULT = Pattern.compile("^## (\\d+)\\. ", Pattern.MULTILINE);

  @Test
  void shouldNameTestsThatExistForEachOfTheTwelveFaults() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/faults.md"));
    Map<String, String> sources = testSources();
    String[] faults = page.split("(?m)^## ", -1);

    assertThat(FAULT.matcher(page).results().map(found -> found.group(1)))
        .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
    for (int i = 1; i < faults.length; i++) {
      assertThat(TEST.matcher(faults[i]).results()).as("tests of %s", faults[i]).isNotEmpty();
    }
    Matcher named = TEST.matcher(page);
    while (named.find()) {
      assertThat(sources).containsKey(named.group(1));
      assertThat(sources.get(named.group(1)))
          .as("source of %s", named.group(1))
          .contains("void " + named.group(2) + "(");
    }
  }

  @Test
  void shouldNameTestsThatExistForEachGuarantee() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/guarantees.md"));
    Map<String, String> sources = testSources();
    List<String> rows =
        page.lines()
            .filter(line -> line.startsWith("| "))
            .takeWhile(row -> !row.isBlank())
            .toList();

    assertThat(rows).hasSizeGreaterThan(12);
    assertThat(TEST_CLASS.matcher(page).results().map(found -> found.group(1)))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(sources).containsKey(name));
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files =
        Files.find(
            ROOT,
            16,
            (path, attributes) ->
                path.toString().contains("src/test/java")
                    && path.toString().matches(".*(Test|IT)\\.java"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = String.valueOf(file.getFileName());
        sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
      }
    }
    return sources;
  }
}
