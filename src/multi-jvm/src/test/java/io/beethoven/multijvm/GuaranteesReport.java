package io.beethoven.multijvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Writes into {@code docs/guarantees.md} what the tests that its table names did in the last run,
 * by the reports that Surefire and Failsafe left. Run after {@code mvn verify}:
 *
 * <pre>{@code
 * java src/multi-jvm/src/test/java/io/beethoven/multijvm/GuaranteesReport.java
 * }</pre>
 */
final class GuaranteesReport {

  private static final String BEGIN = "<!-- last run: begin -->\n";
  private static final String END = "<!-- last run: end -->\n";
  private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))`");

  private GuaranteesReport() {}

  private record Suite(
      String name, int cases, int failed, int skipped, double seconds, Instant at) {

    String row() {
      String outcome =
          failed > 0 ? failed + " failed" : skipped > 0 ? skipped + " skipped" : "passed";
      return "| `%s` | %d | %s | %.1f s | %s |"
          .formatted(name, cases, outcome, seconds, at.toString().substring(0, 10));
    }
  }

  /**
   * Writes the page.
   *
   * @param args the project's folder, the present one if it is left out
   * @throws IOException if a report or the page cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args.length > 0 ? args[0] : ".");
    Path page = root.resolve("docs/guarantees.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(page + " lacks the markers of the last run");
    }
    String head = text.substring(0, begin);
    Map<String, Suite> suites = suites(root);
    List<String> rows = new ArrayList<>();
    for (String name : new TreeSet<>(NAMED.matcher(head).results().map(m -> m.group(1)).toList())) {
      Suite suite = suites.get(name);
      rows.add(suite == null ? "| `" + name + "` | - | not run | - | - |" : suite.row());
    }
    Files.writeString(
        page,
        head
            + BEGIN
            + "| test | cases | outcome | time | day |\n|---|---|---|---|---|\n"
            + String.join("\n", rows)
            + "\n"
            + text.substring(end));
    rows.forEach(System.out::println);
  }

  private static Map<String, Suite> suites(Path root) throws IOException {
    Map<String, Suite> suites = new TreeMap<>();
    try (Stream<Path> files =
        Files.find(
            root,
            8,
            (path, attributes) ->
                path.toString().matches(".*target/(surefire|failsafe)-reports/TEST-.*\\.xml"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Suite suite = read(file);
        suites.merge(suite.name(), suite, (a, b) -> a.at().isAfter(b.at()) ? a : b);
      }
    }
    return suites;
  }

  private static Suite read(Path file) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      Element suite = factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
      String name = suite.getAttribute("name");
      return new Suite(
          name.substring(name.lastIndexOf('.') + 1),
          Integer.parseInt(suite.getAttribute("tests")),
          Integer.parseInt(suite.getAttribute("failures"))
              + Integer.parseInt(suite.getAttribute("errors")),
          Integer.parseInt(suite.getAttribute("skipped")),
          Double.parseDouble(suite.getAttribute("time").replace(",", "")),
          Files.getLastModifiedTime(file).toInstant());
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is no report", e);
    }
  }
}
