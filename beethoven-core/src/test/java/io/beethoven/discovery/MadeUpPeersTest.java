package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.Peers.Change;
import io.beethoven.discovery.SeekEffect.JoinCluster;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Strangers that make up nodes: what they say must not fill the memory or keep anybody out. */
class MadeUpPeersTest {

  private static final int MANY = 20_000;
  private static final Instant NOW = Instant.EPOCH;

  private static Hello hello(int number, Standing standing) {
    Endpoint beacon = new Endpoint("10.1." + number / 250 % 250 + "." + number % 250, 33_000);
    Incarnation node = new Incarnation(new NodeId(beacon.host(), 25_520 + number / 62_500), number);
    return new Hello(
        Purpose.PROBE, 1, "c", "s", Agreement.NONE, node, beacon, standing, beacon, beacon);
  }

  private static Hello honest() {
    Endpoint beacon = new Endpoint("10.0.0.7", 33_000);
    return new Hello(
        Purpose.PROBE,
        1,
        "c",
        "s",
        Agreement.NONE,
        new Incarnation(new NodeId("10.0.0.7", 25_520), 7),
        beacon,
        new Standing(Phase.CLUSTERED, 42, 3),
        beacon,
        beacon);
  }

  @Test
  void shouldTakeInWhoeverAnswersWhenCallersFilledTheMemory() {
    Peers peers = new Peers();
    for (int i = 0; i < MANY; i++) {
      peers.heard(NOW, hello(i, Standing.SEEKING));
    }
    assertThat(peers.hellos()).hasSize(Peers.MAX_PEERS);

    assertThat(peers.answered(honest().beacon(), NOW, honest())).isEqualTo(Change.NEW);

    assertThat(peers.hellos()).hasSize(Peers.MAX_PEERS).contains(honest());
  }

  @Test
  void shouldRememberNoMoreThanItsBoundWhenJoinsFailForEver() {
    Peers peers = new Peers();
    for (int i = 0; i < MANY; i++) {
      Hello madeUp = hello(i, Standing.SEEKING);
      Instant now = NOW.plusSeconds(15L * i);
      peers.heard(now, madeUp);
      peers.countFailure(madeUp.node());
      peers.avoid(madeUp.node(), now.plusSeconds(60));
      peers.passOver(madeUp);
      peers.forget(madeUp.node());
      peers.avoided(now);
      peers.passedOver();
      assertThat(peers.entries()).isLessThanOrEqualTo(3 * Peers.MAX_PEERS);
    }
  }

  @Test
  void shouldForgetUnclearAddressesWhenAPassHasNotAskedThem() {
    Probing probing = new Probing(SeekSimulation.POLICY, new Endpoint("10.0.0.1", 33_000));
    SplittableRandom random = new SplittableRandom(1);
    Instant now = NOW;
    for (int pass = 0; pass < 1_000; pass++) {
      Endpoint madeUp = hello(pass, Standing.SEEKING).beacon();
      probing.beginPass(now, Candidates.of(List.of()), List.of(madeUp), random);
      while (!probing.isPassOver()) {
        now = now.plus(Duration.ofSeconds(1));
        probing.launch(now, true).forEach(each -> probing.returned(each, new Finding.Mute()));
      }
      probing.endPass();
      assertThat(probing.remembered()).isLessThan(10);
    }
  }

  @Test
  void shouldJoinTheRealClusterAndStayQuickWhenStrangersFlood() {
    Incarnation self = new Incarnation(new NodeId("10.0.0.1", 25_520), 1);
    Seeker seeker =
        new Seeker(
            self, new Endpoint("10.0.0.1", 33_000), SeekSimulation.POLICY, new SplittableRandom(1));
    seeker.start(NOW);
    seeker.onCandidates(NOW, Candidates.of(List.of(honest().beacon())));
    long since = System.nanoTime();
    for (int i = 0; i < MANY; i++) {
      seeker.onPeerSeen(NOW, hello(i, Standing.SEEKING));
    }
    double microsEach = (System.nanoTime() - since) / 1e3 / MANY;
    System.out.printf("a hello among %d known peers: %.0f us%n", Peers.MAX_PEERS, microsEach);

    List<SeekEffect> effects =
        seeker.onFinding(NOW, honest().beacon(), new Finding.Answered(honest()));
    effects = effects.isEmpty() ? seeker.onWake(NOW.plusSeconds(1)) : effects;

    assertThat(effects)
        .filteredOn(JoinCluster.class::isInstance)
        .singleElement()
        .isEqualTo(new JoinCluster(honest()));
    assertThat(microsEach).isLessThan(10_000);
  }
}
