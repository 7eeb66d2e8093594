package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EphemeralPortsTest {

  @Test
  void shouldAdviseWhenThePortIsInTheRangeAndNotReserved() {
    EphemeralPorts ports = new EphemeralPorts(32768, 60999, "40000-40010,45000");

    assertThat(ports.advice("beethoven.beacon.port", 33000))
        .hasValueSatisfying(
            advice ->
                assertThat(advice)
                    .contains(
                        "33000", "beethoven.beacon.port", "ip_local_reserved_ports", "32768"));
    assertThat(ports.mayTake(40005)).isFalse();
    assertThat(ports.mayTake(45000)).isFalse();
    assertThat(ports.mayTake(45001)).isTrue();
    assertThat(ports.advice("beethoven.node.port", 25520)).isEmpty();
  }

  @Test
  void shouldReadTheKernelsFilesWhenTheyAreThere(@TempDir Path directory) throws IOException {
    assertThat(EphemeralPorts.read(directory)).isEmpty();

    Files.writeString(directory.resolve("ip_local_port_range"), "32768\t60999\n");
    assertThat(EphemeralPorts.read(directory)).contains(new EphemeralPorts(32768, 60999, ""));

    Files.writeString(directory.resolve("ip_local_reserved_ports"), "33000\n");
    assertThat(EphemeralPorts.read(directory))
        .hasValueSatisfying(ports -> assertThat(ports.mayTake(33000)).isFalse());

    Files.writeString(directory.resolve("ip_local_port_range"), "nonsense");
    assertThat(EphemeralPorts.read(directory)).isEmpty();
  }
}
