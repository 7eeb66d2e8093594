package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void shouldTellMeasuredValuesOnly() {
    Figures figures = new Figures(List.of(40.0, 10.0, 30.0, 20.0));

    assertThat(figures.min()).isEqualTo(10);
    assertThat(figures.percentile(50)).isEqualTo(20);
    assertThat(figures.percentile(75)).isEqualTo(30);
    assertThat(figures.percentile(90)).isEqualTo(40);
    assertThat(figures.max()).isEqualTo(40);
  }

  @Test
  void shouldTakeNearestRankWhenThereAreMany() {
    Figures figures = new Figures(IntStream.rangeClosed(1, 30).asDoubleStream().boxed().toList());

    assertThat(figures.percentile(50)).isEqualTo(15);
    assertThat(figures.percentile(90)).isEqualTo(27);
    assertThat(figures.percentile(100)).isEqualTo(30);
    assertThat(figures.percentile(0.1)).isEqualTo(1);
  }

  @Test
  void shouldTellOneValueFourTimes() {
    Figures one = new Figures(List.of(7.25));

    assertThat(DoubleStream.of(one.min(), one.percentile(50), one.percentile(90), one.max()))
        .containsOnly(7.25);
    assertThat(one.line("what", "ms").replaceAll(" +", " "))
        .isEqualTo("what min 7.3 median 7.3 p90 7.3 max 7.3 ms");
  }

  @Test
  void shouldRefuseWhatCannotBeTold() {
    assertThatThrownBy(() -> new Figures(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Figures(List.of(1.0)).percentile(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.0");
  }
}
