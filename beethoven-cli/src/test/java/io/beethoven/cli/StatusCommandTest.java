package io.beethoven.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.actors.control.ControlHandler;
import io.beethoven.actors.control.ControlJson;
import io.beethoven.actors.control.ControlServer;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.actors.control.NodeReport;
import io.beethoven.actors.settings.ControlSettings;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StatusCommandTest {

  private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path runtime;

  private final List<ControlServer> servers = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private static NodeReport report(NodeId self) {
    NodeId other = new NodeId("127.0.0.9", 25520);
    return new NodeReport(
        "orchestra",
        4711,
        new ClusterSnapshot(
            self,
            ClusterMode.CLUSTERED,
            List.of(
                new ClusterNode(self, NodeStatus.ONLINE, AT),
                new ClusterNode(other, NodeStatus.OFFLINE, AT)),
            List.of(self),
            List.of(
                new RoleStatus(new RoleName("piano"), 2, 0, List.of()),
                new RoleStatus(new RoleName("ticker"), 1, 1, List.of(self))),
            Optional.of(self),
            true));
  }

  private void serve(String host) throws Exception {
    NodeId node = new NodeId(host, 25520);
    ControlHandler handler =
        new ControlHandler() {
          @Override
          public Optional<CompletionStage<JsonNode>> answer(String op, JsonNode request) {
            return op.equals("status")
                ? Optional.of(CompletableFuture.completedFuture(ControlJson.report(report(node))))
                : Optional.empty();
          }

          @Override
          public Subscription subscribe(Consumer<JsonNode> listener) {
            throw new UnsupportedOperationException("status needs no events");
          }
        };
    Duration timeout = Duration.ofSeconds(10);
    servers.add(
        ControlServer.open(
            new ControlSettings(true, runtime, 4, 8192, 65_536, timeout, timeout),
            ControlSocket.path(runtime, "orchestra", node),
            handler));
  }

  private int run(String... more) {
    List<String> args =
        new ArrayList<>(List.of("status", "--control-directory", runtime.toString()));
    args.addAll(List.of(more));
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(args.toArray(String[]::new));
  }

  @AfterEach
  void closeServers() {
    servers.forEach(ControlServer::close);
  }

  @Test
  void shouldPrintTheFourQueriesAsTables() throws Exception {
    serve("127.0.0.1");

    assertThat(run()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            NODE             CLUSTER    MODE       READY  ALLOCATOR        PID
            127.0.0.1:25520  orchestra  clustered  yes    127.0.0.1:25520  4711

            ACTIVE NODES
            127.0.0.1:25520

            CLUSTER NODES    STATUS   LAST CHANGE
            127.0.0.1:25520  online   2026-03-01T12:00:00Z
            127.0.0.9:25520  offline  2026-03-01T12:00:00Z

            ROLE    COUNT  ASSIGNED  NODES
            piano   2      0         -
            ticker  1      1         127.0.0.1:25520
            """);
  }

  @Test
  void shouldPrintJsonWhenAsked() throws Exception {
    serve("127.0.0.1");

    assertThat(run("-o", "json")).isZero();
    assertThat(ControlJson.parseReport(new ObjectMapper().readTree(out.toString())))
        .isEqualTo(report(new NodeId("127.0.0.1", 25520)));
  }

  @Test
  void shouldListNodesWhenItIsNotClearWhich() throws Exception {
    serve("127.0.0.1");
    serve("127.0.0.2");

    assertThat(run()).isEqualTo(1);
    assertThat(err.toString())
        .contains("more than one node runs here; name one of:")
        .contains("127.0.0.1:25520")
        .contains("127.0.0.2:25520")
        .doesNotContain("Exception");
    assertThat(run("--node", "127.0.0.2:25520")).isZero();
    assertThat(out.toString()).contains("\n127.0.0.2:25520  orchestra");
  }

  @Test
  void shouldFailWithPlainWordsWhenNobodyRuns() {
    assertThat(run()).isEqualTo(1);
    assertThat(err.toString()).startsWith("beethoven: no node of this user runs here");
  }

  @Test
  void shouldCallForRightUsageWhenNodeIsNoAddress() {
    assertThat(run("--node", "somewhere")).isEqualTo(2);
    assertThat(err.toString()).contains("--node: node must be host:port, was \"somewhere\"");
  }
}
