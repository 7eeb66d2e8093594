package io.beethoven.actors.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.actors.control.ControlHandler.Subscription;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.diagnosis.NodeFacts.Sameness;
import io.beethoven.diagnosis.NodeFacts.Setting;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeControlTest {

  private static final NodeFacts FACTS =
      new NodeFacts(
          new NodeId("127.0.0.1", 25520),
          "orchestra",
          4711,
          "127.0.0.1",
          "set as the bind address",
          new Endpoint("127.0.0.1", 33000),
          ClusterMode.CLUSTERED,
          true,
          List.of("subnet 127.0.0.0/29 port 33000"),
          Map.of("beethoven.evidence.max-voters", new Setting("9", Sameness.REQUIRED)),
          List.of(
              new PeerFacts(
                  new NodeId("127.0.0.2", 25520),
                  Optional.of(new Endpoint("127.0.0.2", 33000)),
                  true,
                  PeerFacts.Evidence.ADDRESSES_DIFFER),
              new PeerFacts(
                  new NodeId("127.0.0.3", 25520),
                  Optional.empty(),
                  false,
                  PeerFacts.Evidence.NO_LINE)),
          3,
          List.of(
              new RefusedPeer(
                  "127.0.0.9:33000",
                  RefusalReason.OTHER_SETTING,
                  "beethoven.evidence.max-voters",
                  "9",
                  "7",
                  Instant.EPOCH)));

  private final AtomicReference<Consumer<ClusterEvent>> subscriber = new AtomicReference<>();
  private final List<String> counts = new ArrayList<>();
  private final CompletableFuture<Done> leaveBegun = new CompletableFuture<>();

  private final NodeControl control =
      new NodeControl(
          new ControlledNode() {
            @Override
            public CompletionStage<NodeReport> report() {
              return CompletableFuture.completedFuture(ControlJsonTest.report());
            }

            @Override
            public CompletionStage<NodeFacts> facts() {
              return CompletableFuture.completedFuture(FACTS);
            }

            @Override
            public CompletionStage<Optional<String>> setCount(RoleName role, int count) {
              counts.add(role + "=" + count);
              return CompletableFuture.completedFuture(
                  count > 5 ? Optional.of("provisional") : Optional.empty());
            }

            @Override
            public CompletionStage<List<NodeId>> forceQuorum() {
              return CompletableFuture.completedFuture(List.of(new NodeId("10.0.0.9", 25520)));
            }

            @Override
            public CompletionStage<Done> leave() {
              return leaveBegun;
            }

            @Override
            public Subscription subscribe(Consumer<ClusterEvent> listener) {
              subscriber.set(listener);
              return () -> subscriber.set(null);
            }
          });

  private CompletableFuture<JsonNode> ask(String op) {
    return control
        .answer(op, JsonNodeFactory.instance.objectNode())
        .orElseThrow()
        .toCompletableFuture();
  }

  private String askForCount(String request) throws IOException {
    ObjectNode parsed = (ObjectNode) new ObjectMapper().readTree(request);
    return control.answer("set-count", parsed).orElseThrow().toCompletableFuture().join().asText();
  }

  @Test
  void shouldChangeACountAndSayWhatCameOfIt() throws IOException {
    assertThat(askForCount("{\"role\":\"ticker\",\"count\":3}")).isEqualTo("changed");
    assertThat(askForCount("{\"role\":\"ticker\",\"count\":6}")).isEqualTo("provisional");
    assertThat(counts).containsExactly("ticker=3", "ticker=6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"role\":\"ticker\"}",
        "{\"role\":7,\"count\":1}",
        "{\"role\":\"ticker\",\"count\":\"2\"}",
        "{\"role\":\"ticker\",\"count\":2.5}",
        "{\"role\":\"ticker\",\"count\":0}",
        "{\"role\":\"ticker\",\"count\":10001}",
        "{\"role\":\"no role!\",\"count\":1}"
      })
  void shouldRefuseACountThatIsNone(String request) {
    assertThatIllegalArgumentException().isThrownBy(() -> askForCount(request));
    assertThat(counts).isEmpty();
  }

  @Test
  void shouldTellWhomItDeclaredDead() {
    assertThat(ask("force-quorum").join().toString()).isEqualTo("[\"10.0.0.9:25520\"]");
  }

  @Test
  void shouldAnswerTheFourQueries() {
    assertThat(ask("active-nodes").join().toString()).isEqualTo("[\"127.0.0.1:25520\"]");
    assertThat(ask("cluster-nodes").join())
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.has("last_change")).isTrue());
    assertThat(ask("node-status").join().asText()).isEqualTo("clustered");
    assertThat(ask("roles").join().toString())
        .isEqualTo(
            "[{\"role\":\"ticker\",\"count\":2,\"assigned\":1,\"nodes\":[\"127.0.0.1:25520\"]}]");
  }

  @Test
  void shouldAnswerStatusWithEverything() {
    assertThat(ControlJson.parseReport(ask("status").join())).isEqualTo(ControlJsonTest.report());
    assertThat(ask("ready").join().asBoolean()).isTrue();
  }

  @Test
  void shouldAnswerFactsThatCanBeReadBack() {
    assertThat(FactsJson.parse(ask("facts").join())).isEqualTo(FACTS);
  }

  @Test
  void shouldAnswerLeaveOnlyWhenItHasBegun() {
    CompletableFuture<JsonNode> answer = ask("leave");
    assertThat(answer).isNotDone();

    leaveBegun.complete(Done.getInstance());

    assertThat(answer.join().asText()).isEqualTo("leaving");
  }

  @Test
  void shouldKnowNothingElse() {
    assertThat(control.answer("dance", JsonNodeFactory.instance.objectNode())).isEmpty();
  }

  @Test
  void shouldHandOnEventsUntilClosed() {
    List<JsonNode> seen = new ArrayList<>();
    Subscription subscription = control.subscribe(seen::add);
    subscriber.get().accept(new ModeChanged(ClusterMode.CLUSTERED, Instant.EPOCH));
    subscription.close();

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).path("event").asText()).isEqualTo("mode-changed");
    assertThat(subscriber.get()).isNull();
  }
}
