package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveHeapTest {

  @Test
  void shouldAddUpTheGenerationsAndNotTheClasses() {
    assertThat(
            LiveHeap.parse(
                """
                4711:
                 def new generation   total 78656K, used 1000K [0x1, 0x2, 0x3)
                 tenured generation   total 174784K, used 20000K [0x1, 0x2, 0x3)
                 Metaspace       used 50000K, committed 60000K, reserved 1114112K
                """))
        .isEqualTo(21.504);
    assertThat(LiveHeap.parse(" garbage-first heap   total 262144K, used 1000K [0x1, 0x2)"))
        .isEqualTo(1.024);
  }

  @Test
  void shouldTellWhenNothingIsKnown() {
    assertThat(LiveHeap.parse("4711: no such process")).isNaN();
  }
}
