package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.Finding.Answered;
import io.beethoven.discovery.SeekEffect.Announce;
import io.beethoven.discovery.SeekEffect.CollectCandidates;
import io.beethoven.discovery.SeekEffect.FormCluster;
import io.beethoven.discovery.SeekEffect.JoinCluster;
import io.beethoven.discovery.SeekEffect.Probe;
import io.beethoven.discovery.SeekEffect.StayStandalone;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class SeekerTest {

  private static final Subnet SUBNET = Subnet.parse("10.0.0.0/28");
  private static final Standing FORMING = new Standing(Phase.FORMING, 0, 0);

  private final SeekPolicy policy = SeekSimulation.POLICY;
  private final Seeker seeker =
      new Seeker(id("10.0.0.3", 3), beacon("10.0.0.3"), policy, new SplittableRandom(1));
  private final Map<Endpoint, Finding> network = new HashMap<>();
  private final List<SeekEffect> seen = new ArrayList<>();
  private final Deque<Endpoint> out = new ArrayDeque<>();
  private Candidates candidates = Candidates.of(SUBNET, 33000);
  private Instant now = Instant.EPOCH;
  private int mostOut;
  private boolean holdAnnounced;

  private static Incarnation id(String host, long uid) {
    return new Incarnation(new NodeId(host, 25520), uid);
  }

  private static Endpoint beacon(String host) {
    return new Endpoint(host, 33000);
  }

  private static Hello hello(String host, Standing standing) {
    Endpoint at = beacon(host);
    return new Hello(Purpose.PROBE, 1, "c", "s", Agreement.NONE, id(host, 1), at, standing, at, at);
  }

  private static Standing clustered(long clusterId) {
    return new Standing(Phase.CLUSTERED, clusterId, 2);
  }

  private void peerIs(String host, Standing standing) {
    network.put(beacon(host), new Answered(hello(host, standing)));
  }

  private void apply(List<SeekEffect> effects) {
    for (SeekEffect effect : effects) {
      seen.add(effect);
      if (effect instanceof CollectCandidates) {
        apply(seeker.onCandidates(now, candidates));
      } else if (effect instanceof Probe probe) {
        out.add(probe.target());
        mostOut = Math.max(mostOut, out.size());
      } else if (effect instanceof Announce announce && !holdAnnounced) {
        apply(seeker.onAnnounced(now, announce.standing()));
      }
    }
  }

  /** Answers probes, one after the other, and wakes the seeker when it asks for it. */
  private void runUntil(BooleanSupplier condition) {
    for (int i = 0; i < 10_000 && !condition.getAsBoolean(); i++) {
      if (out.isEmpty()) {
        Instant wake = seeker.wakeAt().orElseThrow();
        now = wake.isAfter(now) ? wake : now;
        apply(seeker.onWake(now));
      } else {
        Endpoint target = out.remove();
        now = now.plusMillis(1);
        apply(seeker.onFinding(now, target, network.getOrDefault(target, new Finding.Refused())));
      }
    }
    assertThat(condition.getAsBoolean()).as("came about; effects: %s", seen).isTrue();
  }

  private boolean has(Class<? extends SeekEffect> kind) {
    return seen.stream().anyMatch(kind::isInstance);
  }

  private long count(Class<? extends SeekEffect> kind) {
    return seen.stream().filter(kind::isInstance).count();
  }

  private void start() {
    apply(seeker.start(now));
  }

  @Test
  void shouldBoundTheProbesInFlightWhenItSweeps() {
    start();
    runUntil(() -> has(StayStandalone.class));

    assertThat(mostOut).isEqualTo(policy.probes().maxInFlight());
    assertThat(count(Probe.class)).isEqualTo(3L * (SUBNET.size() - 1));
    assertThat(count(CollectCandidates.class)).isEqualTo(3);
  }

  @Test
  void shouldPauseLongerEachTimeWhenNothingChangesWhileStandalone() {
    start();
    runUntil(() -> has(StayStandalone.class));
    List<Duration> pauses = new ArrayList<>();
    for (int pass = 0; pass < 6; pass++) {
      Instant before = now;
      long passes = count(CollectCandidates.class);
      runUntil(() -> count(CollectCandidates.class) > passes);
      pauses.add(Duration.between(before, now).truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
      runUntil(out::isEmpty);
    }

    assertThat(pauses.subList(1, 6))
        .extracting(Duration::toSeconds)
        .containsExactly(10L, 20L, 40L, 60L, 60L);

    apply(seeker.onPeerSeen(now, hello("10.0.0.1", Standing.SEEKING)));
    assertThat(seeker.wakeAt().orElseThrow()).isBefore(now.plus(policy.slowPassMin()));
    assertThat(count(StayStandalone.class)).isOne();
  }

  @Test
  void shouldPassSoonAgainWhenTheCandidatesHaveChanged() {
    start();
    runUntil(() -> count(CollectCandidates.class) == 9);
    runUntil(out::isEmpty);
    Instant rested = now;
    candidates = Candidates.of(List.of(beacon("10.0.0.9"), beacon("10.1.0.1")));
    runUntil(() -> count(CollectCandidates.class) == 10);
    assertThat(now).isAfter(rested.plusSeconds(50));
    runUntil(out::isEmpty);

    Instant changed = now;
    runUntil(() -> count(CollectCandidates.class) == 11);

    assertThat(now).isBetween(changed, changed.plus(policy.slowPassMin()));
    assertThat(seen).contains(new Probe(beacon("10.1.0.1")));
  }

  @Test
  void shouldNotFormWhenAProbeIsOut() {
    peerIs("10.0.0.9", Standing.SEEKING);
    start();
    Endpoint held = out.remove();
    runUntil(out::isEmpty);
    now = now.plusSeconds(5);
    apply(seeker.onWake(now));
    assertThat(seen).doesNotContain(new Announce(FORMING));

    apply(seeker.onFinding(now, held, network.getOrDefault(held, new Finding.Refused())));
    runUntil(() -> has(FormCluster.class));
  }

  @Test
  void shouldJoinAtOnceWhenAMemberAnswersWhileOthersAreStillSilent() {
    start();
    Endpoint first = out.remove();
    now = now.plusMillis(1);
    apply(seeker.onFinding(now, first, new Answered(hello(first.host(), clustered(4)))));

    assertThat(count(JoinCluster.class)).isOne();
    assertThat(out).isNotEmpty();
  }

  @Test
  void shouldGiveAProbeUpWhenItsAnswerNeverComes() {
    peerIs("10.0.0.9", Standing.SEEKING);
    start();
    out.removeFirst();

    runUntil(() -> has(FormCluster.class));

    assertThat(now).isAfter(Instant.EPOCH.plus(policy.lostAfter()));
  }

  @Test
  void shouldWithdrawWhenALowerPeerBecomesKnownWhileItAnnounces() {
    peerIs("10.0.0.9", Standing.SEEKING);
    holdAnnounced = true;
    start();
    runUntil(() -> seen.contains(new Announce(FORMING)));
    apply(seeker.onPeerSeen(now, hello("10.0.0.1", Standing.SEEKING)));
    apply(seeker.onAnnounced(now, FORMING));

    assertThat(seen.get(seen.size() - 2)).isEqualTo(new Announce(Standing.SEEKING));
    assertThat(has(FormCluster.class)).isFalse();
  }

  @Test
  void shouldLookAtAllPeersOnceMoreWhenFormingIsInForce() {
    peerIs("10.0.0.9", Standing.SEEKING);
    peerIs("10.0.0.8", Standing.SEEKING);
    holdAnnounced = true;
    start();
    runUntil(() -> seen.contains(new Announce(FORMING)));
    seen.clear();
    apply(seeker.onAnnounced(now, FORMING));
    assertThat(seen)
        .containsExactlyInAnyOrder(new Probe(beacon("10.0.0.8")), new Probe(beacon("10.0.0.9")));

    peerIs("10.0.0.9", clustered(4));
    runUntil(() -> has(JoinCluster.class));

    assertThat(has(FormCluster.class)).isFalse();
  }

  @Test
  void shouldKeepWhatAPeerSaidLastWhenAnOlderAnswerComesLater() {
    start();
    Endpoint higher = beacon("10.0.0.9");
    runUntil(() -> out.contains(higher));
    apply(seeker.onPeerSeen(now, hello("10.0.0.9", FORMING)));
    out.remove(higher);
    apply(seeker.onFinding(now, higher, new Answered(hello("10.0.0.9", Standing.SEEKING))));

    assertThat(out).contains(higher);
    peerIs("10.0.0.9", FORMING);
    runUntil(() -> now.isAfter(Instant.EPOCH.plusSeconds(4)));
    assertThat(seen).doesNotContain(new Announce(FORMING));
  }

  @Test
  void shouldFormWhenTheLowerPeerDoesNotInTime() {
    peerIs("10.0.0.1", Standing.SEEKING);
    start();
    runUntil(() -> has(FormCluster.class));

    assertThat(now).isAfter(Instant.EPOCH.plus(policy.formationTimeout()));
  }

  @Test
  void shouldReconsiderAtOnceWhenTheLeaderIsGone() {
    peerIs("10.0.0.1", FORMING);
    peerIs("10.0.0.9", Standing.SEEKING);
    start();
    runUntil(() -> now.isAfter(Instant.EPOCH.plusSeconds(3)));
    assertThat(seen).doesNotContain(new Announce(FORMING));

    network.remove(beacon("10.0.0.1"));
    Instant gone = now;
    runUntil(() -> has(FormCluster.class));

    assertThat(now).isBefore(gone.plusSeconds(1));
  }

  @Test
  void shouldForgetASilentPeerWhenItWasSilentTwice() {
    peerIs("10.0.0.9", Standing.SEEKING);
    start();
    runUntil(() -> seen.contains(new Probe(beacon("10.0.0.9"))) && out.isEmpty());
    network.put(beacon("10.0.0.9"), new Finding.Silent());

    runUntil(() -> has(StayStandalone.class));

    assertThat(has(FormCluster.class)).isFalse();
  }

  @Test
  void shouldLetOthersFormWhenItFailedTo() {
    peerIs("10.0.0.9", Standing.SEEKING);
    start();
    runUntil(() -> has(FormCluster.class));
    apply(seeker.onJoinFailed(now));
    Instant failed = now;
    seen.clear();

    runUntil(() -> has(FormCluster.class));

    assertThat(now).isAfterOrEqualTo(failed.plus(policy.formationTimeout()));
  }

  @Test
  void shouldWaitWhenALeavingPeerAnswers() {
    Standing leaving = new Standing(Phase.LEAVING, 7, 0);
    peerIs("10.0.0.9", leaving);
    peerIs("10.0.0.8", Standing.SEEKING);
    start();
    runUntil(() -> now.isAfter(Instant.EPOCH.plusSeconds(300)));
    assertThat(seen).doesNotHaveAnyElementsOfTypes(StayStandalone.class, Announce.class);

    network.remove(beacon("10.0.0.8"));
    runUntil(() -> now.isAfter(Instant.EPOCH.plusSeconds(600)));
    assertThat(seen).doesNotHaveAnyElementsOfTypes(StayStandalone.class, Announce.class);

    network.remove(beacon("10.0.0.9"));
    Instant gone = now;
    runUntil(() -> has(StayStandalone.class));
    assertThat(now).isBefore(gone.plus(policy.slowPassMin().multipliedBy(2)));
  }

  @Test
  void shouldNotWaitForEverWhenALeavingPeerIsMute() {
    peerIs("10.0.0.9", new Standing(Phase.LEAVING, 7, 0));
    start();
    runUntil(() -> now.isAfter(Instant.EPOCH.plusSeconds(5)));
    assertThat(has(StayStandalone.class)).isFalse();

    network.put(beacon("10.0.0.9"), new Finding.Mute());
    runUntil(() -> has(StayStandalone.class));
  }

  @Test
  void shouldJoinAgainAfterGrowingPausesWhenItRanNothing() {
    peerIs("10.0.0.9", clustered(4));
    start();
    List<Duration> pauses = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      long joins = i;
      Instant before = now;
      runUntil(() -> count(JoinCluster.class) >= joins);
      pauses.add(Duration.between(before, now));
      apply(seeker.onJoinFailed(now));
    }

    assertThat(has(StayStandalone.class)).isFalse();
    assertThat(pauses.get(2)).isLessThan(Duration.ofSeconds(1));
    assertThat(pauses.get(8)).isBetween(policy.slowPassMin(), policy.slowPassMin().plusSeconds(1));
  }

  @Test
  void shouldStandAloneWhenTheMemberThatItCouldNotJoinIsGone() {
    peerIs("10.0.0.9", clustered(4));
    start();
    runUntil(() -> has(JoinCluster.class));
    network.put(beacon("10.0.0.9"), new Finding.Refused());
    apply(seeker.onJoinFailed(now));

    runUntil(() -> has(StayStandalone.class));

    assertThat(count(JoinCluster.class)).isOne();
  }

  @Test
  void shouldStandAloneWhenTheMemberThatItCouldNotJoinIsMute() {
    peerIs("10.0.0.9", clustered(4));
    start();
    runUntil(() -> has(JoinCluster.class));
    network.put(beacon("10.0.0.9"), new Finding.Mute());
    apply(seeker.onJoinFailed(now));

    runUntil(() -> has(StayStandalone.class));

    assertThat(count(JoinCluster.class)).isOne();
  }

  @Test
  void shouldStandAloneAgainWhenAJoinFailedAndItRanAloneBefore() {
    start();
    runUntil(() -> has(StayStandalone.class));
    peerIs("10.0.0.9", clustered(4));
    runUntil(() -> has(JoinCluster.class));
    apply(seeker.onJoinFailed(now));

    runUntil(() -> count(StayStandalone.class) == 2);

    assertThat(count(JoinCluster.class)).isOne();
  }

  @Test
  void shouldGoOnAloneAtOnceWhenItRanRolesAndFailedToForm() {
    start();
    runUntil(() -> has(StayStandalone.class));
    peerIs("10.0.0.1", Standing.SEEKING);
    runUntil(() -> has(FormCluster.class));
    assertThat(seen).contains(new Announce(Standing.forming(true)));
    seen.clear();

    apply(seeker.onJoinFailed(now));

    assertThat(seen).contains(new StayStandalone()).doesNotContain(new Announce(Standing.SEEKING));
  }

  @Test
  void shouldWaitForAStandalonePeerWhileItAnswers() {
    peerIs("10.0.0.9", new Standing(Phase.STANDALONE, 0, 0));
    start();
    runUntil(() -> now.isAfter(Instant.EPOCH.plusSeconds(120)));
    assertThat(seen).doesNotHaveAnyElementsOfTypes(StayStandalone.class, Announce.class);

    network.put(beacon("10.0.0.9"), new Finding.Mute());
    runUntil(() -> has(FormCluster.class));
  }

  @Test
  void shouldIgnoreItselfWhenItIsReachedUnderAnotherAddress() {
    network.put(beacon("10.0.0.9"), new Answered(hello("10.0.0.3", Standing.SEEKING)));
    start();

    runUntil(() -> has(StayStandalone.class));

    assertThat(has(FormCluster.class)).isFalse();
  }

  @Test
  void shouldRememberABoundedNumberOfPeersWhenStrangersCall() {
    Peers peers = new Peers();
    for (int i = 0; i < Peers.MAX_PEERS + 10; i++) {
      peers.heard(now, hello("host" + i, Standing.SEEKING));
    }

    assertThat(peers.hellos()).hasSize(Peers.MAX_PEERS);
  }

  @Test
  void shouldNameKeyAndBoundWhenAPolicyIsOutOfRange() {
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SeekPolicy(
                    policy.probes(),
                    second,
                    second,
                    0,
                    second,
                    second,
                    second,
                    second,
                    second,
                    second,
                    second,
                    second,
                    second))
        .withMessage("passes must be >= 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SeekPolicy(
                    policy.probes(),
                    second,
                    second,
                    1,
                    second,
                    Duration.ZERO,
                    second,
                    second,
                    second,
                    second,
                    second,
                    second,
                    second))
        .withMessageContaining("backoff-max must be >= backoff-min");
  }

  @Test
  void shouldJoinAnotherClusterThanTheOneThatItHasLeft() {
    seeker.shun(8, now.plusSeconds(30));
    peerIs("10.0.0.5", new Standing(Phase.CLUSTERED, 8, 9));
    peerIs("10.0.0.6", clustered(9));

    start();
    runUntil(() -> has(JoinCluster.class));

    assertThat(seen).contains(new JoinCluster(hello("10.0.0.6", clustered(9))));
    assertThat(now).isBefore(Instant.EPOCH.plusSeconds(5));
  }

  @Test
  void shouldJoinTheClusterThatItHasLeftAtLastWhenThereIsNoOther() {
    seeker.shun(8, now.plusSeconds(30));
    peerIs("10.0.0.5", clustered(8));

    start();
    runUntil(() -> has(JoinCluster.class));

    assertThat(now).isAfterOrEqualTo(Instant.EPOCH.plusSeconds(30));
    assertThat(has(StayStandalone.class)).isFalse();
    assertThat(has(FormCluster.class)).isFalse();
  }
}
