package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcFilesTest {

  private final long self = ProcessHandle.current().pid();

  @Test
  void shouldReadCpuTimeOfThisProcess() throws Exception {
    double before = ProcFiles.cpuSeconds(self);
    long end = System.nanoTime() + 200_000_000;
    double ignored = 1;
    while (System.nanoTime() < end) {
      ignored = Math.sqrt(ignored + 1);
    }

    assertThat(ignored).isPositive();
    assertThat(ProcFiles.cpuSeconds(self)).isGreaterThan(before).isLessThan(10_000);
  }

  @Test
  void shouldReadResidentMemoryOfThisProcess() throws Exception {
    assertThat(ProcFiles.residentMegabytes(self)).isBetween(20.0, 4000.0);
  }

  @Test
  void shouldReadHowMuchIsInHugePages() throws Exception {
    assertThat(ProcFiles.hugeMegabytes(self)).isBetween(0.0, 4000.0);
    assertThat(
            ProcFiles.megabytes(
                List.of("Rss:  900 kB", "AnonHugePages:     2048 kB"), "AnonHugePages:"))
        .isEqualTo(2.097152);
  }
}
