package io.beethoven.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class BarChartTest {

  @Test
  void shouldDrawABarForEachCaseToItsMedianOnALogarithmicScale() throws Exception {
    Document chart =
        draw(
            ComparisonTest.killed("beethoven", Setting.DEFAULT, 90, 100, 130),
            ComparisonTest.killed("ignite", Setting.EXPERT, 1000),
            ComparisonTest.killed("pekko", Setting.DEFAULT, 100_000));

    // 10 ms to 100 s are four decades of 124 each.
    assertThat(width(chart, "bar-own")).isEqualTo("124.0");
    assertThat(width(chart, "bar-expert")).isEqualTo("248.0");
    assertThat(width(chart, "bar-default")).isEqualTo("496.0");
    assertThat(chart.getDocumentElement().getTextContent())
        .contains("Ignite · expert", "1 s×10", "100 s×1,000", "killed (kill -9)");
  }

  @Test
  void shouldSayWhereTwoActedAtOnceAndWhereNothingCame() throws Exception {
    Document chart =
        draw(
            ComparisonTest.frozen("beethoven", Overlap.NONE),
            ComparisonTest.frozen("jgroups", new Overlap(10_000, 1900, false)),
            new CaseResult(
                "helix",
                Setting.EXPERT,
                io.beethoven.benchmarks.Event.FREEZE,
                List.of(),
                List.of()));

    assertThat(chart.getDocumentElement().getTextContent())
        .contains("two acted at once for", "> 10 s", "no run came to an end", "frozen (SIGSTOP)");
  }

  @Test
  void shouldSayTimesAsOneSaysThem() {
    assertThat(BarChart.duration(52.4)).isEqualTo("52 ms");
    assertThat(BarChart.duration(999.4)).isEqualTo("999 ms");
    assertThat(BarChart.duration(999.6)).isEqualTo("1.0 s");
    assertThat(BarChart.duration(1000)).isEqualTo("1 s");
    assertThat(BarChart.duration(1558)).isEqualTo("1.6 s");
    assertThat(BarChart.duration(46_700)).isEqualTo("47 s");
  }

  private static Document draw(CaseResult... cases) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(BarChart.of(new Comparison(List.of(cases))))));
  }

  /** Returns the width of the last rectangle of a style; the one before is the legend's. */
  private static String width(Document chart, String style) {
    NodeList boxes = chart.getElementsByTagName("rect");
    String width = "";
    for (int i = 0; i < boxes.getLength(); i++) {
      Element box = (Element) boxes.item(i);
      if (box.getAttribute("class").equals(style)) {
        width = box.getAttribute("width");
      }
    }
    return width;
  }
}
