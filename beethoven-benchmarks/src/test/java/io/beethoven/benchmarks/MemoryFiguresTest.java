package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class MemoryFiguresTest {

  @Test
  void shouldTellTheMedians() {
    MemoryFigures figures = new MemoryFigures();
    figures.add(1300.04, 0);
    figures.add(1310, 1024.26);
    figures.add(1320, 1100);
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    figures.addTo(line);

    assertThat(line.toString()).isEqualTo("{\"rss_p50_mb\":1310.0,\"huge_p50_mb\":1024.3}");
    assertThat(figures.table().get(0))
        .startsWith("resident memory of a victim        min   1300.0");
  }
}
