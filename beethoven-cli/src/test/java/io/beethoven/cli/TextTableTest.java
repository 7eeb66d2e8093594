package io.beethoven.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void shouldAlignColumnsAndEndLinesWithoutBlanks() {
    TextTable table = new TextTable("NODE", "STATUS", "X");
    table.row("127.0.0.1:25520", "online", "1").row("a", "b", "");

    assertThat(table.render())
        .isEqualTo(
            """
            NODE             STATUS  X
            127.0.0.1:25520  online  1
            a                b
            """);
  }

  @Test
  void shouldSaySoWhenThereIsNothing() {
    assertThat(new TextTable("ACTIVE NODES").render()).isEqualTo("ACTIVE NODES\n(none)\n");
  }

  @Test
  void shouldRefuseRowOfAnotherWidth() {
    assertThatThrownBy(() -> new TextTable("A", "B").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have 2 cells, had 1");
  }
}
