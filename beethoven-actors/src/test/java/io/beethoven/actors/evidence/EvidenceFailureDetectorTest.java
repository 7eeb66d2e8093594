package io.beethoven.actors.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.event.EventStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EvidenceFailureDetectorTest {

  private static final Incarnation NODE = new Incarnation(new NodeId("127.0.0.2", 25520), 12);

  private static ActorTestKit testKit;
  private static ActorTestKit otherKit;

  private final DeadRegistry registry = DeadRegistry.of(testKit.system());
  private EvidenceFailureDetector detector;

  @BeforeAll
  static void startSystems() {
    testKit = ActorTestKit.create();
    otherKit = ActorTestKit.create();
  }

  @AfterAll
  static void stopSystems() {
    testKit.shutdownTestKit();
    otherKit.shutdownTestKit();
  }

  @BeforeEach
  void createDetector() {
    EventStream eventStream = Adapter.toClassic(testKit.system()).eventStream();
    Config config = ConfigFactory.load().getConfig("pekko.cluster.failure-detector");
    detector = new EvidenceFailureDetector(config, eventStream);
    detector.setAddress("pekko://system@127.0.0.2:25520");
    detector.heartbeat();
  }

  @AfterEach
  void clearRegistry() {
    registry.clear();
  }

  @Test
  void shouldBeAvailableWhileHeartbeatsCome() {
    assertThat(detector.isAvailable()).isTrue();
    assertThat(detector.isMonitoring()).isTrue();
  }

  @Test
  void shouldNotBeAvailableAsSoonAsItsNodeIsFlagged() {
    registry.flag(NODE);

    assertThat(detector.isAvailable()).isFalse();
  }

  @Test
  void shouldBeAvailableAgainWhenTheFlagIsTakenBack() {
    registry.flag(NODE);
    registry.unflag(NODE);

    assertThat(detector.isAvailable()).isTrue();
  }

  @Test
  void shouldStayNotAvailableWhenAnEarlierLifeIsUnflagged() {
    registry.flag(NODE);
    registry.unflag(new Incarnation(NODE.node(), 11));

    assertThat(detector.isAvailable()).isFalse();
  }

  @Test
  void shouldStayAvailableWhenAnotherNodeIsFlagged() {
    registry.flag(new Incarnation(new NodeId("127.0.0.2", 25521), 12));

    assertThat(detector.isAvailable()).isTrue();
  }

  @Test
  void shouldStayAvailableWhenTheNodeIsFlaggedInAnotherSystemOfThisProcess() {
    DeadRegistry.of(otherKit.system()).flag(NODE);

    assertThat(detector.isAvailable()).isTrue();
  }

  @Test
  void shouldStayAvailableWhenTheAddressIsLocal() {
    detector.setAddress("pekko://system");
    registry.flag(NODE);

    assertThat(detector.isAvailable()).isTrue();
  }
}
