package io.beethoven.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.control.ControlHandler;
import io.beethoven.actors.control.ControlServer;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator tells a node on the same machine. */
class OperatorCommandsTest {

  @TempDir private Path runtime;

  private final List<String> requests = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private JsonNode answer = TextNode.valueOf("changed");
  private ControlServer server;

  @BeforeEach
  void open() throws IOException {
    server =
        ControlServer.open(
            BeethovenSettings.parse(ConfigFactory.empty()).control(),
            ControlSocket.path(runtime, "orchestra", new NodeId("127.0.0.1", 25520)),
            new ControlHandler() {
              @Override
              public Optional<CompletionStage<JsonNode>> answer(String op, JsonNode request) {
                requests.add(request.toString());
                return Optional.of(CompletableFuture.completedFuture(answer));
              }

              @Override
              public Subscription subscribe(Consumer<JsonNode> listener) {
                return () -> {};
              }
            });
  }

  @AfterEach
  void close() {
    server.close();
  }

  private int run(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--control-directory=" + runtime);
    return command.execute(all.toArray(String[]::new));
  }

  @Test
  void shouldSayThatACountWasChanged() {
    assertThat(run("set-count", "ticker", "3")).isZero();
    assertThat(requests).containsExactly("{\"op\":\"set-count\",\"role\":\"ticker\",\"count\":3}");
    assertThat(out.toString()).contains("Role ticker shall run 3 times.");
  }

  @Test
  void shouldFailWhenACountWasNotChanged() {
    answer = TextNode.valueOf("provisional: stored by 2 of 3 voters");

    assertThat(run("set-count", "ticker", "3")).isEqualTo(1);
    assertThat(err.toString()).contains("was not changed: provisional: stored by 2 of 3 voters");
  }

  @Test
  void shouldDeclareNobodyDeadUnlessTheOperatorIsSure() {
    assertThat(run("force-quorum")).isEqualTo(2);
    assertThat(requests).isEmpty();
    assertThat(err.toString()).contains("--they-are-dead");
  }

  @Test
  void shouldNameWhomItDeclaredDead() {
    answer = JsonNodeFactory.instance.arrayNode().add("10.0.0.9:25520");

    assertThat(run("force-quorum", "--they-are-dead")).isZero();
    assertThat(out.toString()).contains("Declared dead: 10.0.0.9:25520");
  }
}
