package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcFilesTest {

  private final long self = ProcessHandle.current().pid();

  @Test
  void shouldReadCpuTimeOfThisProcess() throws Exception {
    double before = IdleBench.cpuSeconds(self);
    long end = System.nanoTime() + 200_000_000;
    double ignored = 1;
    while (System.nanoTime() < end) {
      ignored = Math.sqrt(ignored + 1);
    }

    assertThat(ignored).isPositive();
    assertThat(IdleBench.cpuSeconds(self)).isGreaterThan(before).isLessThan(10_000);
  }

  @Test
  void shouldReadResidentMemoryOfThisProcess() throws Exception {
    assertThat(IdleBench.residentMegabytes(self)).isBetween(20.0, 4000.0);
  }
}
