package io.beethoven.actors.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.LineEvent;
import io.beethoven.actors.beacon.LineEvent.Cause;
import io.beethoven.actors.beacon.LineEvent.DialFailed;
import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.LineEvent.LineClosed;
import io.beethoven.actors.beacon.LineEvent.LineOpened;
import io.beethoven.actors.beacon.LineEvent.LineReceived;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.membership.PeerRegistry;
import io.beethoven.actors.settings.EvidenceSettings;
import io.beethoven.diagnosis.PeerFacts.Evidence;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Goodbye;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeTrackerTest {

  private static final Incarnation LOW = new Incarnation(new NodeId("127.0.0.1", 25520), 11);
  private static final Incarnation HIGH = new Incarnation(new NodeId("127.0.0.2", 25520), 12);
  private static final Endpoint BEACON = new Endpoint("127.0.0.2", 33000);
  private static final long TALK = 1;
  private static final long LIFE = 2;
  private static final Duration REDIAL_TIMEOUT = Duration.ofMillis(250);
  private static final EvidenceSettings SETTINGS =
      new EvidenceSettings(
          9,
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          REDIAL_TIMEOUT,
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofSeconds(5));

  private static ActorTestKit testKit;
  private static ManualTime time;

  private TestProbe<BeaconServer.Command> beacon;
  private TestProbe<PeerRegistry.Command> core;
  private ActorRef<NodeTracker.Command> tracker;
  private ActorRef<LineEvent> owner;

  @BeforeAll
  static void startSystem() {
    testKit =
        ActorTestKit.create(
            ManualTime.config()
                .withFallback(ConfigFactory.parseString("pekko.actor.provider=local")));
    time = ManualTime.get(testKit.system());
  }

  @AfterAll
  static void stopSystem() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void createProbes() {
    beacon = testKit.createTestProbe(BeaconServer.Command.class);
    core = testKit.createTestProbe(PeerRegistry.Command.class);
  }

  private void start(Incarnation self, Incarnation peer) {
    tracker =
        testKit.spawn(
            NodeTracker.create(
                new NodeTracker.Peering(self, peer, BEACON),
                SETTINGS,
                beacon.getRef(),
                core.getRef()));
    BeaconServer.Own own = beacon.expectMessageClass(BeaconServer.Own.class);
    assertThat(own.peer()).isEqualTo(peer);
    owner = own.owner();
  }

  private void startArmed(Incarnation self, Incarnation peer) {
    start(self, peer);
    if (self.equals(LOW)) {
      beacon.expectMessage(new BeaconServer.DialTalk(peer, BEACON));
    }
    openTalk(TALK, peer);
    owner.tell(new LineOpened(LIFE, Kind.LIFE, true, Optional.empty(), true));
    beacon.expectMessage(new BeaconServer.Send(LIFE, new Armed()));
    owner.tell(new LineReceived(LIFE, new Armed()));
    core.expectMessage(new PeerRegistry.LinesChanged(peer, true));
  }

  private void openTalk(long line, Incarnation peer) {
    owner.tell(new LineOpened(line, Kind.TALK, true, Optional.of(hello(peer)), true));
    core.expectMessage(new PeerRegistry.LinesChanged(peer, false));
  }

  private static Hello hello(Incarnation node) {
    return new Hello(
        Purpose.TALK,
        BeaconMessage.PROTOCOL_VERSION,
        "test",
        "system",
        Agreement.NONE,
        node,
        BEACON,
        Standing.SEEKING,
        BEACON,
        new Endpoint("127.0.0.1", 40000));
  }

  private void answerProbe(ProbeOutcome outcome) {
    BeaconServer.Probe probe = beacon.expectMessageClass(BeaconServer.Probe.class);
    assertThat(probe.target()).isEqualTo(BEACON);
    assertThat(probe.connectTimeout()).isEqualTo(REDIAL_TIMEOUT);
    probe.replyTo().tell(new BeaconServer.ProbeResult(BEACON, outcome));
  }

  @Test
  void shouldOpenBothLinesWhenItHasTheLowerAddress() {
    start(LOW, HIGH);

    beacon.expectMessage(new BeaconServer.DialTalk(HIGH, BEACON));
    openTalk(TALK, HIGH);
    owner.tell(new LineReceived(TALK, new LifeTicket(77)));
    beacon.expectMessage(new BeaconServer.DialLife(HIGH, BEACON, 77));
    owner.tell(new LineOpened(LIFE, Kind.LIFE, false, Optional.empty(), true));
    beacon.expectMessage(new BeaconServer.Send(LIFE, new Armed()));
    owner.tell(new LineReceived(LIFE, new Armed()));
    core.expectMessage(new PeerRegistry.LinesChanged(HIGH, true));
  }

  @Test
  void shouldSayWhetherTheDeathCouldBeProved() {
    start(HIGH, LOW);
    assertThat(evidence()).isEqualTo(Evidence.NO_LINE);

    openTalk(TALK, LOW);
    assertThat(evidence()).isEqualTo(Evidence.UNARMED);

    owner.tell(new LineOpened(LIFE, Kind.LIFE, true, Optional.empty(), true));
    owner.tell(new LineReceived(LIFE, new Armed()));
    assertThat(evidence()).isEqualTo(Evidence.ARMED);
  }

  @Test
  void shouldSayThatNoDeathCouldBeProvedWhenTheEndsSeeDifferentAddresses() {
    start(HIGH, LOW);

    owner.tell(new LineOpened(TALK, Kind.TALK, true, Optional.of(hello(LOW)), false));

    assertThat(evidence()).isEqualTo(Evidence.ADDRESSES_DIFFER);
  }

  private Evidence evidence() {
    TestProbe<NodeTracker.Described> probe = testKit.createTestProbe(NodeTracker.Described.class);
    tracker.tell(new NodeTracker.Describe(probe.ref()));
    return probe.receiveMessage().evidence();
  }

  @Test
  void shouldTellTheProofWhenTheLifeLineEndsAndTheRedialIsRefused() {
    startArmed(LOW, HIGH);

    owner.tell(new LineClosed(LIFE, Kind.LIFE, Cause.FIN));
    core.expectMessage(new PeerRegistry.LinesChanged(HIGH, false));
    answerProbe(new ProbeOutcome.Refused());

    core.expectMessage(new PeerRegistry.Proved(HIGH));
    beacon.expectMessage(new BeaconServer.CloseLine(TALK));
  }

  @Test
  void shouldRedialAgainWhenTheDyingProcessStillAnswers() {
    startArmed(HIGH, LOW);
    owner.tell(new LineClosed(LIFE, Kind.LIFE, Cause.FIN));
    core.expectMessage(new PeerRegistry.LinesChanged(LOW, false));

    answerProbe(new ProbeOutcome.Mute());
    beacon.expectNoMessage();
    time.timePasses(Duration.ofMillis(1));
    answerProbe(new ProbeOutcome.Refused());

    core.expectMessage(new PeerRegistry.Proved(LOW));
  }

  @Test
  void shouldTellTheProofWhenAnotherLifeAnswers() {
    startArmed(HIGH, LOW);
    owner.tell(new LineClosed(LIFE, Kind.LIFE, Cause.BROKEN));
    core.expectMessage(new PeerRegistry.LinesChanged(LOW, false));

    answerProbe(new ProbeOutcome.Answered(hello(new Incarnation(LOW.node(), 99))));

    core.expectMessage(new PeerRegistry.Proved(LOW));
  }

  static Stream<ProbeOutcome> outcomesWithoutProof() {
    Incarnation stranger = new Incarnation(new NodeId("127.0.0.9", 25520), 99);
    return Stream.of(
        new ProbeOutcome.Answered(hello(HIGH)),
        new ProbeOutcome.Answered(hello(stranger)),
        new ProbeOutcome.Rejected(new Refusal(RefusalReason.OTHER_CLUSTER, "a", "b")),
        new ProbeOutcome.Mute(),
        new ProbeOutcome.Silent(),
        new ProbeOutcome.Failed("network is unreachable"));
  }

  @ParameterizedTest
  @MethodSource("outcomesWithoutProof")
  void shouldTellNoProofWhenTheRedialShowsNone(ProbeOutcome outcome) {
    startArmed(LOW, HIGH);
    owner.tell(new LineClosed(LIFE, Kind.LIFE, Cause.FIN));
    core.expectMessage(new PeerRegistry.LinesChanged(HIGH, false));

    answerProbe(outcome);

    core.expectNoMessage();
  }

  @Test
  void shouldTryAgainWhenTheProbeIsNotAnswered() {
    startArmed(LOW, HIGH);
    owner.tell(new LineClosed(LIFE, Kind.LIFE, Cause.FIN));
    beacon.expectMessageClass(BeaconServer.Probe.class);

    time.timePasses(REDIAL_TIMEOUT.multipliedBy(3));
    beacon.expectNoMessage();
    time.timePasses(Duration.ofMillis(1));

    answerProbe(new ProbeOutcome.Refused());
    core.expectMessage(new PeerRegistry.LinesChanged(HIGH, false));
    core.expectMessage(new PeerRegistry.Proved(HIGH));
  }

  @Test
  void shouldDialAgainWhenDiallingFailed() {
    start(LOW, HIGH);
    beacon.expectMessage(new BeaconServer.DialTalk(HIGH, BEACON));

    owner.tell(new DialFailed(Kind.TALK, new ProbeOutcome.Refused()));
    beacon.expectNoMessage();
    time.timePasses(SETTINGS.reconnectMin());

    beacon.expectMessage(new BeaconServer.DialTalk(HIGH, BEACON));
  }

  @Test
  void shouldBeginAnewWhenTheLifeLineCouldNotBeOpened() {
    start(LOW, HIGH);
    beacon.expectMessage(new BeaconServer.DialTalk(HIGH, BEACON));
    openTalk(TALK, HIGH);

    owner.tell(new DialFailed(Kind.LIFE, new ProbeOutcome.Refused()));
    beacon.expectNoMessage();
    time.timePasses(SETTINGS.reconnectMin());

    beacon.expectMessage(new BeaconServer.CloseLine(TALK));
    beacon.expectMessage(new BeaconServer.DialTalk(HIGH, BEACON));
  }

  @Test
  void shouldDialAgainWhenTheTalkLineIsLost() {
    startArmed(LOW, HIGH);

    owner.tell(new LineClosed(TALK, Kind.TALK, Cause.BROKEN));
    core.expectMessage(new PeerRegistry.LinesChanged(HIGH, true));
    beacon.expectNoMessage();
    time.timePasses(SETTINGS.reconnectMin());

    beacon.expectMessage(new BeaconServer.DialTalk(HIGH, BEACON));
  }

  @Test
  void shouldTellThatAPeerDepartedWhenItSaysGoodbye() {
    startArmed(HIGH, LOW);

    owner.tell(new LineReceived(TALK, new Goodbye(LOW)));
    core.expectMessage(new PeerRegistry.Departed(LOW));
    core.expectMessage(new PeerRegistry.LinesChanged(LOW, false));
    owner.tell(new LineClosed(LIFE, Kind.LIFE, Cause.FIN));

    beacon.expectNoMessage();
    core.expectNoMessage();
  }

  @Test
  void shouldIgnoreAGoodbyeInAnotherName() {
    startArmed(HIGH, LOW);

    owner.tell(new LineReceived(TALK, new Goodbye(HIGH)));

    core.expectNoMessage();
  }

  @Test
  void shouldPassOnThePeersVotes() {
    startArmed(HIGH, LOW);
    Votes theirs = new Votes(List.of(HIGH), List.of());

    owner.tell(new LineReceived(TALK, theirs));

    core.expectMessage(new PeerRegistry.VotesReceived(LOW, theirs));
  }

  @Test
  void shouldSayTheLatestVotesOnEachNewTalkLine() {
    Incarnation victim = new Incarnation(new NodeId("127.0.0.3", 25520), 13);
    Votes confirmed = new Votes(List.of(victim), List.of(victim));
    start(HIGH, LOW);
    tracker.tell(new NodeTracker.SendVotes(confirmed));
    beacon.expectNoMessage();

    openTalk(TALK, LOW);
    beacon.expectMessage(new BeaconServer.Send(TALK, confirmed));
    owner.tell(new LineOpened(7, Kind.TALK, true, Optional.of(hello(LOW)), true));

    beacon.expectMessage(new BeaconServer.CloseLine(TALK));
    beacon.expectMessage(new BeaconServer.Send(7, confirmed));
  }

  @Test
  void shouldRepeatVotesUntilTheyAreConfirmed() {
    Incarnation victim = new Incarnation(new NodeId("127.0.0.3", 25520), 13);
    Votes open = new Votes(List.of(victim), List.of());
    Votes confirmed = new Votes(List.of(victim), List.of(victim));
    startArmed(HIGH, LOW);

    tracker.tell(new NodeTracker.SendVotes(open));
    beacon.expectMessage(new BeaconServer.Send(TALK, open));
    time.timePasses(SETTINGS.voteResend());
    beacon.expectMessage(new BeaconServer.Send(TALK, open));
    tracker.tell(new NodeTracker.SendVotes(confirmed));
    beacon.expectMessage(new BeaconServer.Send(TALK, confirmed));
    time.timePasses(SETTINGS.voteResend());

    beacon.expectNoMessage();
  }

  @Test
  void shouldWarnOnceWhenAddressesDisagree() {
    start(HIGH, LOW);

    LoggingTestKit.warn("no evidence of death from this peer")
        .withOccurrences(1)
        .expect(
            testKit.system(),
            () -> {
              for (long line = 1; line <= 2; line++) {
                owner.tell(new LineOpened(line, Kind.TALK, true, Optional.of(hello(LOW)), false));
              }
              core.expectMessage(new PeerRegistry.LinesChanged(LOW, false));
              return null;
            });
  }

  @Test
  void shouldReleaseThePeerWhenItStops() {
    start(HIGH, LOW);

    tracker.tell(new NodeTracker.Stop());

    beacon.expectMessage(new BeaconServer.Release(LOW));
    core.expectTerminated(tracker);
  }
}
