package io.beethoven.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.Beethoven;
import io.beethoven.diagnosis.Diagnosis.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DoctorCommandTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path runtime;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... more) {
    out.getBuffer().setLength(0);
    List<String> args = new ArrayList<>(List.of("--control-directory", runtime.toString()));
    args.addAll(List.of(more));
    return new CommandLine(new DoctorCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args.toArray(String[]::new));
  }

  private static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }

  private Beethoven start(String host, int port, int beacon) {
    return Beethoven.builder()
        .name("orchestra")
        .host(host)
        .port(port)
        .beaconPort(beacon)
        .subnet("127.0.44.0/29")
        .set("control.directory", runtime.toString())
        .set("state.enabled", false)
        .start();
  }

  @Test
  void shouldFindNothingWrongWithAClusterOfTwoAndCountNoNodeItself() throws Exception {
    int port = freePort("127.0.44.1");
    int beacon = freePort("127.0.44.1");
    try (Beethoven one = start("127.0.44.1", port, beacon);
        Beethoven two = start("127.0.44.2", port, beacon)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                int code = run();
                assertThat(code).as(out.toString()).isZero();
                assertThat(out.toString())
                    .contains("the one pair of nodes")
                    .contains("the 2 nodes of cluster orchestra here agree");
              });
      assertThat(out.toString()).endsWith("\nNothing is wrong.\n").contains("size 2");
      assertThat(one.getClusterNodes()).hasSize(2);
      assertThat(two.getClusterNodes()).hasSize(2);

      assertThat(run("--node", "127.0.44.2:" + port, "-o", "json")).isZero();
      List<String> kinds = new ArrayList<>();
      for (String line : out.toString().split("\n", -1)) {
        if (!line.isEmpty()) {
          JsonNode finding = new ObjectMapper().readTree(line);
          assertThat(finding.path("severity").asText()).isEqualTo("ok");
          assertThat(finding.path("meaning").asText()).isNotEmpty();
          kinds.add(finding.path("finding").asText());
        }
      }
      assertThat(kinds)
          .contains(Kind.NODE.text(), Kind.EVIDENCE.text())
          .containsOnlyOnce(Kind.NODE.text());
    }
  }

  @Test
  void shouldSayWhatAFutureNodeWouldMeet() throws Exception {
    InetAddress host = InetAddress.getByName("127.0.44.9");
    try (ServerSocket taken = new ServerSocket(0, 5, host)) {
      int code =
          run(
              "--subnet",
              "127.0.44.8/30",
              "--host",
              "127.0.44.9",
              "--beacon-port",
              Integer.toString(taken.getLocalPort()));

      assertThat(code).isEqualTo(2);
      assertThat(out.toString())
          .startsWith("error    port-taken")
          .contains("mute ")
          .contains("a node would listen at 127.0.44.9");
    }
  }

  @Test
  void shouldSayWhatIsWrongWithTheSettings(@TempDir Path files) throws IOException {
    Path config = files.resolve("node.conf");
    Files.writeString(config, "beethoven.discovery.subnet = \"10.0.0.0/4\"\n");

    assertThat(run("--config", config.toString())).isEqualTo(2);
    assertThat(out.toString())
        .startsWith("error    settings-wrong")
        .contains("10.0.0.0/4")
        .contains("node.conf")
        .contains("1 error, ");
  }

  @Test
  void shouldSayThatTheAddressIsNotHere() {
    assertThat(run("--host", "192.0.2.77", "--config", withoutSecurity())).isEqualTo(2);
    assertThat(out.toString()).startsWith("error    address-not-here").contains("192.0.2.77");
  }

  private String withoutSecurity() {
    try {
      Path config = runtime.resolve("open.conf");
      Files.writeString(config, "beethoven.security.mode = none\n");
      return config.toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldTellWrongUsageFromFindings() {
    assertThat(run("--node", "somewhere")).isEqualTo(DoctorCommand.WRONG_USAGE);
    assertThat(err.toString()).contains("--node: node must be host:port");
    assertThat(run("--port", "many")).isEqualTo(DoctorCommand.WRONG_USAGE);
    assertThat(run("--config", runtime.resolve("none.conf").toString()))
        .isEqualTo(DoctorCommand.WRONG_USAGE);
  }
}
