package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.Valid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgreementCheckTest {

  private static final String VOTERS = "beethoven.evidence.max-voters";

  private final List<ActorSystem> systems = new ArrayList<>();

  @AfterEach
  void terminateAll() {
    systems.forEach(ActorSystem::terminate);
  }

  private static Config voters(String count) {
    return ConfigFactory.parseMap(Map.of(VOTERS, count));
  }

  @Test
  void shouldNameTheKeyAndBothValuesWhenTheyDiffer() {
    Invalid invalid = (Invalid) new AgreementCheck().check(voters("5"), voters("9"));

    assertThat(invalid.errorMessages().mkString())
        .isEqualTo(VOTERS + " must be the same at all nodes, was 5 and 9");
  }

  @Test
  void shouldLetInWhenTheyAgreeOrTheMemberIsNoNode() {
    assertThat(new AgreementCheck().check(voters("9"), voters("9"))).isSameAs(Valid.getInstance());
    assertThat(new AgreementCheck().check(ConfigFactory.empty(), voters("9")))
        .isSameAs(Valid.getInstance());
  }

  @Test
  void shouldEndTheJoiningNodeWhenItJoinsBySeedNodesAndDiffers() {
    Cluster first = Cluster.get(start("9"));
    first.join(first.selfAddress());
    Cluster other = Cluster.get(start("5"));
    Cluster alike = Cluster.get(start("9"));

    other.joinSeedNodes(List.of(first.selfAddress()));
    alike.joinSeedNodes(List.of(first.selfAddress()));

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              assertThat(other.system().whenTerminated().isCompleted()).isTrue();
              assertThat(first.state().getMembers()).hasSize(2);
            });
  }

  @Test
  void shouldLetInWhenOnlyTheProfileDiffersSoThatItCanBeChangedNodeByNode() {
    Cluster fast = Cluster.get(start("9", "fast"));
    fast.join(fast.selfAddress());
    Cluster safe = Cluster.get(start("9", "safe"));

    safe.joinSeedNodes(List.of(fast.selfAddress()));

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(fast.state().getMembers()).hasSize(2));
    assertThat(safe.settings().HeartbeatInterval().toSeconds()).isEqualTo(5);
    assertThat(fast.settings().HeartbeatInterval().toSeconds()).isEqualTo(1);
  }

  private ActorSystem start(String voters) {
    return start(voters, "fast");
  }

  private ActorSystem start(String voters, String profile) {
    Config program =
        ConfigFactory.parseMap(
            Map.of(
                VOTERS,
                voters,
                "beethoven.profile",
                profile,
                "beethoven.node.host",
                "127.0.0.1",
                "beethoven.node.port",
                0,
                "beethoven.lifecycle.shutdown-hook",
                false));
    Config merged = program.withFallback(ConfigFactory.load());
    ActorSystem system =
        ActorSystem.create("agreement", PekkoOverlay.over(merged, BeethovenSettings.parse(merged)));
    systems.add(system);
    return system;
  }
}
