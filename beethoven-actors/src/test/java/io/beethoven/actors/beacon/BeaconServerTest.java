package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.beethoven.actors.beacon.BeaconServer.Announce;
import io.beethoven.actors.beacon.BeaconServer.Announced;
import io.beethoven.actors.beacon.BeaconServer.AnswerProposal;
import io.beethoven.actors.beacon.BeaconServer.BeaconFailed;
import io.beethoven.actors.beacon.BeaconServer.CloseLine;
import io.beethoven.actors.beacon.BeaconServer.Command;
import io.beethoven.actors.beacon.BeaconServer.DialLife;
import io.beethoven.actors.beacon.BeaconServer.DialTalk;
import io.beethoven.actors.beacon.BeaconServer.GetRefusals;
import io.beethoven.actors.beacon.BeaconServer.Own;
import io.beethoven.actors.beacon.BeaconServer.PeerSeen;
import io.beethoven.actors.beacon.BeaconServer.Probe;
import io.beethoven.actors.beacon.BeaconServer.ProbeResult;
import io.beethoven.actors.beacon.BeaconServer.ProposalReceived;
import io.beethoven.actors.beacon.BeaconServer.ProposalResult;
import io.beethoven.actors.beacon.BeaconServer.Propose;
import io.beethoven.actors.beacon.BeaconServer.Protect;
import io.beethoven.actors.beacon.BeaconServer.RefusalsReply;
import io.beethoven.actors.beacon.BeaconServer.Release;
import io.beethoven.actors.beacon.BeaconServer.Send;
import io.beethoven.actors.beacon.BeaconServer.Shutdown;
import io.beethoven.actors.beacon.BeaconServer.Subscribe;
import io.beethoven.actors.beacon.BeaconServer.SubscribeProposals;
import io.beethoven.actors.beacon.LineEvent.Cause;
import io.beethoven.actors.beacon.LineEvent.DialFailed;
import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.LineEvent.LineClosed;
import io.beethoven.actors.beacon.LineEvent.LineOpened;
import io.beethoven.actors.beacon.LineEvent.LineReceived;
import io.beethoven.actors.beacon.ProbeOutcome.Answered;
import io.beethoven.actors.beacon.ProbeOutcome.Failed;
import io.beethoven.actors.beacon.ProbeOutcome.Mute;
import io.beethoven.actors.beacon.ProbeOutcome.Refused;
import io.beethoven.actors.beacon.ProbeOutcome.Rejected;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.BeaconMessage.Goodbye;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Inquiry;
import io.beethoven.discovery.BeaconMessage.LifeOpen;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Proposal;
import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.BeaconMessage.Verdict;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LogCapturingExtension.class)
class BeaconServerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Standing CLUSTERED = new Standing(Phase.CLUSTERED, 42, 3);

  private final ActorTestKit kit = ActorTestKit.create();
  private Node a;
  private Node b;

  /** A beacon with all that a test wants to see of it. */
  private final class Node {
    final TcpBeaconTransport transport;
    final Identity identity;
    final ActorRef<Command> beacon;
    final TestProbe<BeaconFailed> failed = kit.createTestProbe(BeaconFailed.class);
    final TestProbe<AddressClaimed> claims = kit.createTestProbe(AddressClaimed.class);
    final TestProbe<LineEvent> owner = kit.createTestProbe(LineEvent.class);

    Node(String host, long uid) {
      this(
          new BeaconSettings(new Endpoint(host, 0), 256, 32, Duration.ofSeconds(1), PATIENCE), uid);
    }

    Node(BeaconSettings settings, long uid) {
      this(settings, beacon -> identity("demo", "system", settings.bind().host(), uid, beacon));
    }

    Node(Identity identity) {
      this(
          new BeaconSettings(
              new Endpoint(identity.beacon().host(), 0), 256, 32, Duration.ofSeconds(1), PATIENCE),
          beacon -> identity);
    }

    Node(BeaconSettings settings, Function<Endpoint, Identity> identityAt) {
      transport = TcpBeaconTransport.bind(settings);
      identity = identityAt.apply(transport.local());
      beacon =
          kit.spawn(
              BeaconServer.create(
                  new BeaconServer.Setup(
                      identity,
                      settings,
                      Standing.SEEKING,
                      transport,
                      Runnable::run,
                      failed.getRef(),
                      claims.getRef())));
    }

    Endpoint at() {
      return transport.local();
    }

    Incarnation node() {
      return identity.node();
    }
  }

  private static Identity identity(
      String cluster, String systemName, String host, long uid, Endpoint beacon) {
    return new Identity(
        cluster,
        systemName,
        new Incarnation(new NodeId(host, 25_520), uid),
        beacon,
        Agreement.NONE);
  }

  /** A node that differs from the others in one setting. */
  private Identity disagreeing(String host, Endpoint beacon) {
    return new Identity(
        "demo",
        "system",
        new Incarnation(new NodeId(host, 25_520), 5),
        beacon,
        new Agreement(new TreeMap<>(Map.of("max", "5"))));
  }

  /** What a peer says when it is connected. */
  private interface Words {
    void sayTo(RawPeer raw) throws IOException;
  }

  private void callFiveTimes(Words words) {
    for (int i = 0; i < 5; i++) {
      try (RawPeer raw = stranger()) {
        words.sayTo(raw);
        raw.hear();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private List<RefusedPeer> refusalsOf(Node node) {
    TestProbe<RefusalsReply> replies = kit.createTestProbe(RefusalsReply.class);
    node.beacon.tell(new GetRefusals(replies.getRef()));
    return replies.receiveMessage(PATIENCE).refusals();
  }

  @BeforeEach
  void startNodes() {
    a = new Node("127.0.0.2", 2);
    b = new Node("127.0.0.3", 3);
  }

  @AfterEach
  void stopNodes() {
    kit.stop(a.beacon);
    kit.stop(b.beacon);
  }

  @AfterAll
  void shutDown() {
    kit.shutdownTestKit();
  }

  private ProbeOutcome probe(Node from, Endpoint target) {
    return probe(from, target, PATIENCE);
  }

  private ProbeOutcome probe(Node from, Endpoint target, Duration helloTimeout) {
    TestProbe<ProbeResult> replies = kit.createTestProbe(ProbeResult.class);
    from.beacon.tell(new Probe(target, PATIENCE, helloTimeout, replies.getRef()));
    ProbeResult result = replies.receiveMessage(PATIENCE.multipliedBy(2));
    assertThat(result.target()).isEqualTo(target);
    return result.outcome();
  }

  /**
   * Opens a talk line from a to b, both owned; returns the two ends, the ticket consumed from both
   * probes.
   */
  private TalkLine talk() {
    a.beacon.tell(new Own(b.node(), a.owner.getRef()));
    b.beacon.tell(new Own(a.node(), b.owner.getRef()));
    a.beacon.tell(new DialTalk(b.node(), b.at()));
    LineOpened atA = a.owner.expectMessageClass(LineOpened.class);
    LineOpened atB = b.owner.expectMessageClass(LineOpened.class);
    LineReceived ticket = a.owner.expectMessageClass(LineReceived.class);
    assertThat(ticket.line()).isEqualTo(atA.line());
    return new TalkLine(atA, atB, ((LifeTicket) ticket.message()).ticket());
  }

  private record TalkLine(LineOpened atA, LineOpened atB, long ticket) {}

  private LifeLine life() {
    TalkLine talk = talk();
    a.beacon.tell(new DialLife(b.node(), b.at(), talk.ticket()));
    return new LifeLine(
        talk,
        a.owner.expectMessageClass(LineOpened.class),
        b.owner.expectMessageClass(LineOpened.class));
  }

  private record LifeLine(TalkLine talk, LineOpened atA, LineOpened atB) {}

  private RawPeer stranger() throws IOException {
    return RawPeer.dial("127.0.0.9", b.at());
  }

  private Hello hello(RawPeer peer, Purpose purpose, String cluster, long uid) {
    return identity(cluster, "system", "127.0.0.9", uid, new Endpoint("127.0.0.9", 33_000))
        .hello(purpose, Standing.SEEKING, peer.local(), peer.remote());
  }

  // Probes

  @Test
  void shouldExchangeHellosWhenProbed() {
    TestProbe<PeerSeen> seen = kit.createTestProbe(PeerSeen.class);
    b.beacon.tell(new Subscribe(seen.getRef()));

    ProbeOutcome outcome = probe(a, b.at());

    Hello theirs = ((Answered) outcome).theirs();
    assertThat(theirs.node()).isEqualTo(b.node());
    assertThat(theirs.beacon()).isEqualTo(b.at());
    assertThat(theirs.standing()).isEqualTo(Standing.SEEKING);
    Hello ours = seen.receiveMessage().theirs();
    assertThat(ours.node()).isEqualTo(a.node());
    assertThat(ours.purpose()).isEqualTo(Purpose.PROBE);
    assertThat(ours.localSeen().host()).isEqualTo("127.0.0.2");
    assertThat(ours.remoteSeen()).isEqualTo(b.at());
    assertThat(theirs.remoteSeen()).isEqualTo(ours.localSeen());
  }

  @Test
  void shouldRefuseItselfWhenItProbesItself() {
    assertThat(probe(a, a.at()))
        .isEqualTo(
            new Rejected(
                new Refusal(RefusalReason.SAME_ADDRESS, a.node().toString(), a.node().toString())));
  }

  @Test
  void shouldSayRefusedWhenNobodyListens() {
    assertThat(probe(a, b.transport.closedPort())).isEqualTo(new Refused());
  }

  @Test
  void shouldSayMuteWhenThePeerIsFrozen() throws IOException {
    try (ServerSocket frozen = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.9"))) {
      Endpoint target = new Endpoint("127.0.0.9", frozen.getLocalPort());

      assertThat(probe(a, target, Duration.ofMillis(50))).isEqualTo(new Mute());
    }
  }

  @Test
  void shouldSayMuteWhenThePeerAnswersSomethingElse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.9"))) {
      TestProbe<ProbeResult> replies = kit.createTestProbe(ProbeResult.class);
      Endpoint target = new Endpoint("127.0.0.9", other.getLocalPort());
      a.beacon.tell(new Probe(target, PATIENCE, PATIENCE, replies.getRef()));
      try (RawPeer peer = new RawPeer(other.accept())) {
        peer.hear();
        peer.sayBytes("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));

        replies.expectMessage(new ProbeResult(target, new Mute()));
      }
    }
  }

  @Test
  void shouldSayFailedWhenTheTargetIsNoAddress() {
    assertThat(probe(a, new Endpoint("example.invalid", 33_000))).isInstanceOf(Failed.class);
    assertThat(probe(a, new Endpoint("127.0.0.999", 33_000))).isInstanceOf(Failed.class);
    assertThat(probe(a, new Endpoint("g:1", 33_000))).isInstanceOf(Failed.class);
  }

  @Test
  void shouldAnswerEachOnceWhenHundredsAreProbedAtOnce() {
    TestProbe<ProbeResult> replies = kit.createTestProbe(ProbeResult.class);
    Set<Endpoint> expected = new HashSet<>();
    for (int i = 1; i <= 500; i++) {
      Endpoint target = new Endpoint("127.0." + (1 + i / 250) + "." + (1 + i % 250), b.at().port());
      expected.add(target);
      a.beacon.tell(new Probe(target, PATIENCE, PATIENCE, replies.getRef()));
    }

    List<ProbeResult> results = replies.receiveSeveralMessages(500, PATIENCE);

    assertThat(results).allSatisfy(each -> assertThat(each.outcome()).isEqualTo(new Refused()));
    assertThat(results)
        .extracting(ProbeResult::target)
        .containsExactlyInAnyOrderElementsOf(expected);
    replies.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldAnswerEveryProbeWhenShutDown() throws IOException {
    try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.9"))) {
      TestProbe<ProbeResult> replies = kit.createTestProbe(ProbeResult.class);
      sendProbes(20, frozen, replies);

      a.beacon.tell(new Shutdown(kit.<Done>createTestProbe().getRef()));

      assertThat(replies.receiveSeveralMessages(20, PATIENCE))
          .allSatisfy(each -> assertThat(each.outcome()).isInstanceOf(Failed.class));
    }
  }

  @Test
  void shouldAnswerEveryProbeUnderWayWhenStopped() throws IOException {
    try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.9"))) {
      TestProbe<ProbeResult> replies = kit.createTestProbe(ProbeResult.class);
      sendProbes(20, frozen, replies);
      List<Socket> underWay = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        underWay.add(frozen.accept());
      }

      kit.stop(a.beacon);

      assertThat(replies.receiveSeveralMessages(20, PATIENCE))
          .allSatisfy(each -> assertThat(each.outcome()).isInstanceOf(Failed.class));
      for (Socket each : underWay) {
        each.close();
      }
    }
  }

  private void sendProbes(int count, ServerSocket to, TestProbe<ProbeResult> replies) {
    Endpoint target = new Endpoint(to.getInetAddress().getHostAddress(), to.getLocalPort());
    for (int i = 0; i < count; i++) {
      a.beacon.tell(new Probe(target, PATIENCE, PATIENCE, replies.getRef()));
    }
  }

  // Proposals

  private TestProbe<ProposalResult> propose(Endpoint target) {
    TestProbe<ProposalResult> results = kit.createTestProbe(ProposalResult.class);
    a.beacon.tell(new Propose(77, target, CLUSTERED, PATIENCE, PATIENCE, results.getRef()));
    return results;
  }

  @Test
  void shouldHandAProposalOnAndItsAnswerBack() {
    TestProbe<ProposalReceived> envoy = kit.createTestProbe(ProposalReceived.class);
    b.beacon.tell(new SubscribeProposals(envoy.getRef()));

    TestProbe<ProposalResult> results = propose(b.at());
    ProposalReceived received = envoy.receiveMessage();
    assertThat(received.proposal().number()).isEqualTo(77);
    assertThat(received.proposal().proposer().node()).isEqualTo(a.node());
    assertThat(received.proposal().proposer().standing()).isEqualTo(CLUSTERED);
    ProposalAnswer answer = new ProposalAnswer(77, Verdict.ACCEPTED, CLUSTERED, b.at());
    b.beacon.tell(new AnswerProposal(received.connection(), answer));
    b.beacon.tell(new AnswerProposal(received.connection(), answer));

    results.expectMessage(new ProposalResult(77, Optional.of(answer)));
    results.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldSayThatAProposalIsUnansweredWhenNobodyAnswersIt() {
    propose(b.at()).expectMessage(new ProposalResult(77, Optional.empty()));
    propose(b.transport.closedPort()).expectMessage(new ProposalResult(77, Optional.empty()));
    TestProbe<ProposalReceived> mute = kit.createTestProbe(ProposalReceived.class);
    b.beacon.tell(new SubscribeProposals(mute.getRef()));

    propose(b.at()).expectMessage(PATIENCE, new ProposalResult(77, Optional.empty()));
  }

  @Test
  void shouldTakeNoAnswerToAnotherProposal() {
    TestProbe<ProposalReceived> envoy = kit.createTestProbe(ProposalReceived.class);
    b.beacon.tell(new SubscribeProposals(envoy.getRef()));

    TestProbe<ProposalResult> results = propose(b.at());
    b.beacon.tell(
        new AnswerProposal(
            envoy.receiveMessage().connection(),
            new ProposalAnswer(78, Verdict.ACCEPTED, CLUSTERED, b.at())));

    results.expectMessage(new ProposalResult(77, Optional.empty()));
  }

  @Test
  void shouldTurnAwayProposalsOfOtherClusters() throws IOException {
    TestProbe<ProposalReceived> envoy = kit.createTestProbe(ProposalReceived.class);
    b.beacon.tell(new SubscribeProposals(envoy.getRef()));
    try (RawPeer stranger = stranger()) {
      stranger.say(new Proposal(1, hello(stranger, Purpose.PROBE, "other", 9)));

      assertThat(stranger.hear())
          .isEqualTo(new Refusal(RefusalReason.OTHER_CLUSTER, "demo", "other"));
    }
    envoy.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldBoundTheProposalsThatWaitForAnAnswer() {
    TestProbe<ProposalReceived> envoy = kit.createTestProbe(ProposalReceived.class);
    b.beacon.tell(new SubscribeProposals(envoy.getRef()));
    for (int i = 0; i < 25; i++) {
      propose(b.at());
    }

    envoy.receiveSeveralMessages(16, PATIENCE);
    envoy.expectNoMessage(Duration.ofMillis(100));
  }

  // Standing

  @Test
  void shouldReportWhoHeardTheOldStandingBeforeTheNewOneIsInForce() {
    TestProbe<Object> ear = kit.createTestProbe(Object.class);
    b.beacon.tell(new Subscribe(ear.getRef().narrow()));
    assertThat(((Answered) probe(a, b.at())).theirs().standing()).isEqualTo(Standing.SEEKING);

    b.beacon.tell(new Announce(CLUSTERED, ear.getRef().narrow()));

    ear.expectMessageClass(PeerSeen.class);
    ear.expectMessage(new Announced(CLUSTERED));
    assertThat(((Answered) probe(a, b.at())).theirs().standing()).isEqualTo(CLUSTERED);
    ear.expectMessageClass(PeerSeen.class);
  }

  // Lines

  @Test
  void shouldOpenATalkLineAtBothEndsWhenDialled() {
    TalkLine talk = talk();

    assertThat(talk.atA().kind()).isEqualTo(Kind.TALK);
    assertThat(talk.atA().inbound()).isFalse();
    assertThat(talk.atA().addressesAgree()).isTrue();
    assertThat(talk.atA().theirs()).map(Hello::node).contains(b.node());
    assertThat(talk.atB().inbound()).isTrue();
    assertThat(talk.atB().addressesAgree()).isTrue();
    assertThat(talk.atB().theirs()).map(Hello::node).contains(a.node());
  }

  @Test
  void shouldCarryMessagesBothWaysWhenALineStands() {
    TalkLine talk = talk();
    Votes large = new Votes(Collections.nCopies(256, a.node()), Collections.nCopies(256, b.node()));

    a.beacon.tell(new Send(talk.atA().line(), large));
    b.beacon.tell(new Send(talk.atB().line(), new Goodbye(b.node())));

    b.owner.expectMessage(new LineReceived(talk.atB().line(), large));
    a.owner.expectMessage(new LineReceived(talk.atA().line(), new Goodbye(b.node())));
  }

  @Test
  void shouldGoOnWhenAMessageCannotBeSent() {
    TalkLine talk = talk();
    Votes tooMany = new Votes(Collections.nCopies(257, a.node()), List.of());

    a.beacon.tell(new Send(talk.atA().line(), tooMany));
    a.beacon.tell(new Send(talk.atA().line(), new Goodbye(a.node())));
    a.beacon.tell(new Send(-1, new Goodbye(a.node())));

    b.owner.expectMessage(new LineReceived(talk.atB().line(), new Goodbye(a.node())));
  }

  @Test
  void shouldOpenAndArmALifeLineWhenTheTicketIsShown() {
    LifeLine life = life();

    assertThat(life.atA())
        .isEqualTo(new LineOpened(life.atA().line(), Kind.LIFE, false, Optional.empty(), true));
    assertThat(life.atB())
        .isEqualTo(new LineOpened(life.atB().line(), Kind.LIFE, true, Optional.empty(), true));
    a.beacon.tell(new Send(life.atA().line(), new Armed()));
    b.beacon.tell(new Send(life.atB().line(), new Armed()));
    b.owner.expectMessage(new LineReceived(life.atB().line(), new Armed()));
    a.owner.expectMessage(new LineReceived(life.atA().line(), new Armed()));
  }

  @Test
  void shouldCloseTheLifeLineWhenTheTicketWasUsedBefore() throws IOException {
    LifeLine life = life();

    try (RawPeer thief = RawPeer.dial("127.0.0.2", b.at())) {
      thief.say(new LifeOpen(a.node(), life.talk().ticket()));
      assertThat(thief.bytesUntilClosed()).isZero();
    }
    b.owner.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldCloseTheLifeLineWhenAnythingButOneArmedComes() {
    LifeLine life = life();
    a.beacon.tell(new Send(life.atA().line(), new Armed()));
    a.beacon.tell(new Send(life.atA().line(), new Armed()));

    b.owner.expectMessage(new LineReceived(life.atB().line(), new Armed()));
    b.owner.expectMessage(new LineClosed(life.atB().line(), Kind.LIFE, Cause.CLOSED_HERE));
    a.owner.expectMessage(new LineClosed(life.atA().line(), Kind.LIFE, Cause.FIN));
  }

  @Test
  void shouldTellFinWhenThePeerStops() {
    LifeLine life = life();

    kit.stop(b.beacon);

    List<LineEvent> closed =
        List.of(a.owner.receiveMessage(PATIENCE), a.owner.receiveMessage(PATIENCE));
    assertThat(closed)
        .containsExactlyInAnyOrder(
            new LineClosed(life.atA().line(), Kind.LIFE, Cause.FIN),
            new LineClosed(life.talk().atA().line(), Kind.TALK, Cause.FIN));
    assertThat(probe(a, b.at())).isEqualTo(new Refused());
  }

  @Test
  void shouldTellClosedHereAtThisEndWhenALineIsClosed() {
    TalkLine talk = talk();

    a.beacon.tell(new CloseLine(talk.atA().line()));

    a.owner.expectMessage(new LineClosed(talk.atA().line(), Kind.TALK, Cause.CLOSED_HERE));
    b.owner.expectMessage(new LineClosed(talk.atB().line(), Kind.TALK, Cause.FIN));
  }

  @Test
  void shouldTellBrokenWhenThePeerResets() throws IOException {
    Incarnation peer = new Incarnation(new NodeId("127.0.0.9", 25_520), 9);
    b.beacon.tell(new Own(peer, b.owner.getRef()));
    try (RawPeer raw = stranger()) {
      raw.say(hello(raw, Purpose.TALK, "demo", 9));
      LineOpened opened = b.owner.expectMessageClass(LineOpened.class);
      raw.hear();
      raw.hear();

      raw.reset();

      b.owner.expectMessage(new LineClosed(opened.line(), Kind.TALK, Cause.BROKEN));
    }
  }

  @Test
  void shouldCloseTheLinesSilentlyWhenReleased() {
    TalkLine talk = talk();

    a.beacon.tell(new Release(b.node()));

    b.owner.expectMessage(new LineClosed(talk.atB().line(), Kind.TALK, Cause.FIN));
    a.owner.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void shouldCloseTheLinesWhenTheOwnerEnds() {
    TalkLine talk = talk();

    a.owner.stop();

    b.owner.expectMessage(new LineClosed(talk.atB().line(), Kind.TALK, Cause.FIN));
  }

  @Test
  void shouldPresentTheLinesWhenAnotherOwnerComes() {
    TalkLine talk = talk();
    TestProbe<LineEvent> successor = kit.createTestProbe(LineEvent.class);

    b.beacon.tell(new Own(a.node(), successor.getRef()));

    successor.expectMessage(talk.atB());
    b.owner.stop();
    a.beacon.tell(new Send(talk.atA().line(), new Goodbye(a.node())));
    successor.expectMessage(new LineReceived(talk.atB().line(), new Goodbye(a.node())));
  }

  @Test
  void shouldHoldATalkLineUntilItsOwnerComes() {
    a.beacon.tell(new Own(b.node(), a.owner.getRef()));
    a.beacon.tell(new DialTalk(b.node(), b.at()));
    LineOpened atA = a.owner.expectMessageClass(LineOpened.class);
    Votes votes = new Votes(Collections.nCopies(100, a.node()), List.of());
    a.beacon.tell(new Send(atA.line(), votes));
    a.owner.expectNoMessage(Duration.ofMillis(50));

    b.beacon.tell(new Own(a.node(), b.owner.getRef()));

    LineOpened atB = b.owner.expectMessageClass(LineOpened.class);
    b.owner.expectMessage(new LineReceived(atB.line(), votes));
    assertThat(a.owner.expectMessageClass(LineReceived.class).message())
        .isInstanceOf(LifeTicket.class);
  }

  @Test
  void shouldReplaceTheOlderTalkLineWhenThePeerDialsAgain() {
    TalkLine talk = talk();

    a.beacon.tell(new DialTalk(b.node(), b.at()));

    b.owner.expectMessage(new LineClosed(talk.atB().line(), Kind.TALK, Cause.CLOSED_HERE));
    assertThat(b.owner.expectMessageClass(LineOpened.class).line()).isNotEqualTo(talk.atB().line());
  }

  @Test
  void shouldFailToDialWhenAnotherIncarnationAnswers() {
    Incarnation former = new Incarnation(b.node().node(), 99);
    a.beacon.tell(new Own(former, a.owner.getRef()));

    a.beacon.tell(new DialTalk(former, b.at()));

    DialFailed failed = a.owner.expectMessageClass(DialFailed.class);
    assertThat(failed.kind()).isEqualTo(Kind.TALK);
    assertThat(((Answered) failed.outcome()).theirs().node()).isEqualTo(b.node());
  }

  @Test
  void shouldFailToDialWhenNobodyListens() {
    a.beacon.tell(new Own(b.node(), a.owner.getRef()));

    a.beacon.tell(new DialTalk(b.node(), b.transport.closedPort()));
    a.beacon.tell(new DialLife(b.node(), b.transport.closedPort(), 1));

    assertThat(a.owner.receiveSeveralMessages(2))
        .containsExactlyInAnyOrder(
            new DialFailed(Kind.TALK, new Refused()), new DialFailed(Kind.LIFE, new Refused()));
  }

  // Strangers

  @Test
  void shouldTellOfItselfAndOfNobodyWhenSomebodyWhoIsNoNodeAsks() throws IOException {
    TestProbe<PeerSeen> seen = kit.createTestProbe(PeerSeen.class);
    b.beacon.tell(new Subscribe(seen.getRef()));
    Instant before = Instant.now();
    try (RawPeer peer = stranger()) {
      peer.say(new Inquiry("demo"));

      Disclosure theirs = (Disclosure) peer.hear();
      assertThat(theirs.node()).isEqualTo(b.node());
      assertThat(theirs.beacon()).isEqualTo(b.at());
      assertThat(theirs.systemName()).isEqualTo("system");
      assertThat(theirs.standing()).isEqualTo(Standing.SEEKING);
      assertThat(theirs.clock()).isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
    }
    // Whoever had counted as found would be reported before this one is.
    probe(a, b.at());
    assertThat(seen.receiveMessage().theirs().node()).isEqualTo(a.node());
  }

  @Test
  void shouldRefuseByNameWhenAnotherClusterIsAskedAbout() throws IOException {
    try (RawPeer peer = stranger()) {
      peer.say(new Inquiry("other"));

      assertThat(peer.hear()).isEqualTo(new Refusal(RefusalReason.OTHER_CLUSTER, "demo", "other"));
    }
  }

  @Test
  void shouldRefuseByNameWhenAHelloIsOfAnotherCluster() throws IOException {
    TestProbe<PeerSeen> seen = kit.createTestProbe(PeerSeen.class);
    b.beacon.tell(new Subscribe(seen.getRef()));
    try (RawPeer raw = stranger()) {
      raw.say(hello(raw, Purpose.PROBE, "other", 9));

      assertThat(raw.hear()).isEqualTo(new Refusal(RefusalReason.OTHER_CLUSTER, "demo", "other"));
      assertThat(raw.bytesUntilClosed()).isZero();
    }
    seen.expectNoMessage(Duration.ofMillis(20));
  }

  @Test
  void shouldRefuseByVersionWhenAHelloIsOfAnotherOne() throws IOException {
    try (RawPeer raw = stranger()) {
      raw.sayBytes((byte) 0xBE, (byte) 0xE7, (byte) 7, (byte) 1, (byte) 0, (byte) 9);

      assertThat(raw.hear()).isEqualTo(new Refusal(RefusalReason.OTHER_VERSION, "1", "7"));
      assertThat(raw.bytesUntilClosed()).isZero();
    }
  }

  @Test
  void shouldRefuseAndTellOfItOnceWhenAnotherLifeClaimsItsAddress() throws IOException {
    b.beacon.tell(new Announce(CLUSTERED, kit.<Announced>createTestProbe().getRef()));
    Identity twin = identity("demo", "system", "127.0.0.3", 77, a.at());
    for (int i = 0; i < 2; i++) {
      Refusal refusal = (Refusal) say(twin, Standing.SEEKING);
      assertThat(refusal.reason()).isEqualTo(RefusalReason.SAME_ADDRESS);
      assertThat(refusal.ours()).contains(b.node().toString(), b.at().toString());
      assertThat(refusal.theirs()).contains(twin.node().toString(), a.at().toString());
    }

    AddressClaimed claim = b.claims.receiveMessage();
    assertThat(claim.holder()).isEqualTo(b.node());
    assertThat(claim.claimant()).isEqualTo(twin.node());
    assertThat(claim.claimantText()).contains(a.at().toString(), "calling from 127.0.0.9:");
    assertThat(claim.yields()).isFalse();
    b.claims.expectNoMessage(Duration.ofMillis(20));
  }

  @Test
  void shouldYieldWhenItHasJustStartedAndAMemberHasItsAddress() throws IOException {
    Identity twin = identity("demo", "system", "127.0.0.3", 77, a.at());

    assertThat(((Hello) say(twin, CLUSTERED)).node()).isEqualTo(b.node());

    assertThat(b.claims.receiveMessage().yields()).isTrue();
  }

  @Test
  void shouldRefuseAnotherLifeOfAMemberAsLongAsThatAnswers() throws IOException {
    b.beacon.tell(new Protect(Map.of(a.node(), a.at()), PATIENCE));
    Identity next = identity("demo", "system", a.node().node().host(), 77, a.at());

    Refusal refusal = (Refusal) say(next, Standing.SEEKING);

    assertThat(refusal.reason()).isEqualTo(RefusalReason.SAME_ADDRESS);
    assertThat(refusal.ours()).contains(a.node().toString(), a.at().toString());
    AddressClaimed claim = b.claims.receiveMessage();
    assertThat(claim.holder()).isEqualTo(a.node());
    assertThat(claim.claimant()).isEqualTo(next.node());
    // The member itself is answered as ever.
    assertThat(say(a.identity, CLUSTERED)).isInstanceOf(Hello.class);
  }

  @Test
  void shouldAnswerAnotherLifeOfAMemberThatIsGone() throws IOException {
    b.beacon.tell(new Protect(Map.of(a.node(), b.transport.closedPort()), PATIENCE));
    Identity next = identity("demo", "system", a.node().node().host(), 77, a.at());

    assertThat(say(next, Standing.SEEKING)).isInstanceOf(Hello.class);

    b.claims.expectNoMessage(Duration.ofMillis(20));
  }

  /** Says hello to b and returns the answer. */
  private BeaconMessage say(Identity who, Standing standing) throws IOException {
    try (RawPeer raw = stranger()) {
      raw.say(who.hello(Purpose.PROBE, standing, raw.local(), raw.remote()));
      return raw.hear();
    }
  }

  @Test
  void shouldNameTheKeyAndBothValuesOnceAtBothSidesWhenASettingDiffers() {
    Node c = new Node(disagreeing("127.0.0.4", new Endpoint("127.0.0.4", 1)));
    TestProbe<PeerSeen> seen = kit.createTestProbe(PeerSeen.class);
    b.beacon.tell(new Subscribe(seen.getRef()));
    String unknown = "(no such setting)";

    LoggingTestKit.warn("key=\"max\"")
        .withOccurrences(2)
        .expect(
            kit.system(),
            () -> {
              for (int pass = 0; pass < 20; pass++) {
                assertThat(probe(c, b.at()))
                    .isEqualTo(
                        new Rejected(
                            new Refusal(RefusalReason.OTHER_SETTING, "max", unknown, "5")));
              }
              return null;
            });

    assertThat(refusalsOf(b))
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.peer()).isEqualTo("127.0.0.4:1");
              assertThat(peer.key()).isEqualTo("max");
              assertThat(peer.ours()).isEqualTo(unknown);
              assertThat(peer.theirs()).isEqualTo("5");
            });
    assertThat(refusalsOf(c))
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.peer()).isEqualTo(b.at().toString());
              assertThat(peer.ours()).isEqualTo("5");
              assertThat(peer.theirs()).isEqualTo(unknown);
            });
    seen.expectNoMessage(Duration.ofMillis(20));
    kit.stop(c.beacon);
  }

  @Test
  void shouldArmNoLineWhenASettingDiffers() {
    Node c = new Node(disagreeing("127.0.0.4", new Endpoint("127.0.0.4", 1)));
    b.beacon.tell(new Own(c.node(), b.owner.getRef()));
    c.beacon.tell(new Own(b.node(), c.owner.getRef()));

    c.beacon.tell(new DialTalk(b.node(), b.at()));

    DialFailed failed = c.owner.expectMessageClass(DialFailed.class);
    assertThat(failed.outcome()).isInstanceOf(Rejected.class);
    b.owner.expectNoMessage(Duration.ofMillis(20));
    kit.stop(c.beacon);
  }

  @Test
  void shouldNameTheVersionsOnceAtBothSidesWhenTheyDiffer() throws IOException {
    byte[] hello = {(byte) 0xBE, (byte) 0xE7, 7, 1, 0, 9};
    LoggingTestKit.warn("key=\"protocol version\" theirs=7 ours=1")
        .withOccurrences(1)
        .expect(
            kit.system(),
            () -> {
              callFiveTimes(raw -> raw.sayBytes(hello));
              return null;
            });
    try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.9"))) {
      TestProbe<ProbeResult> replies = kit.createTestProbe(ProbeResult.class);
      Endpoint target = new Endpoint("127.0.0.9", other.getLocalPort());
      a.beacon.tell(new Probe(target, PATIENCE, PATIENCE, replies.getRef()));
      try (RawPeer peer = new RawPeer(other.accept())) {
        peer.hear();
        peer.sayBytes(hello);
        replies.receiveMessage(PATIENCE);
      }
    }

    assertThat(refusalsOf(a))
        .extracting(RefusedPeer::peer, RefusedPeer::key, RefusedPeer::ours, RefusedPeer::theirs)
        .containsExactly(tuple("127.0.0.9", "protocol version", "1", "7"));
  }

  @Test
  void shouldNameAnAddressConflictOnceAndNeverWithItself() throws IOException {
    probe(b, b.at());
    Identity twin = identity("demo", "system", "127.0.0.3", 77, new Endpoint("127.0.0.9", 33_000));
    LoggingTestKit.error("address-conflict")
        .withOccurrences(1)
        .expect(
            kit.system(),
            () -> {
              callFiveTimes(
                  raw ->
                      raw.say(
                          twin.hello(Purpose.PROBE, Standing.SEEKING, raw.local(), raw.remote())));
              return null;
            });

    assertThat(refusalsOf(b))
        .extracting(RefusedPeer::ours, RefusedPeer::theirs)
        .containsExactly(tuple(b.node().toString(), twin.node().toString()));
  }

  @Test
  void shouldForgetADifferenceWhenThePeerIsAcceptedLater() throws IOException {
    try (RawPeer raw = stranger()) {
      raw.say(hello(raw, Purpose.PROBE, "other", 9));
      raw.hear();
    }
    assertThat(refusalsOf(b)).extracting(RefusedPeer::theirs).containsExactly("other");
    try (RawPeer raw = stranger()) {
      raw.say(hello(raw, Purpose.PROBE, "demo", 9));
      raw.hear();
    }
    assertThat(refusalsOf(b)).isEmpty();
  }

  @Test
  void shouldAnswerNothingWhenAStrangerTalksNonsense() throws IOException {
    List<byte[]> nonsense =
        List.of(
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[] {(byte) 0xBE, (byte) 0xE7, 1, 1, (byte) 0xFF, (byte) 0xFF},
            BeaconCodec.encode(new Armed()),
            BeaconCodec.encode(new Goodbye(a.node())),
            BeaconCodec.encode(new LifeOpen(a.node(), 1)));
    for (byte[] each : nonsense) {
      try (RawPeer raw = stranger()) {
        raw.sayBytes(each);
        assertThat(raw.bytesUntilClosed()).isLessThanOrEqualTo(0);
      }
    }
    assertThat(probe(a, b.at())).isInstanceOf(Answered.class);
  }

  @Test
  void shouldNotFillTheLogWhenStrangersGuessTickets() {
    LoggingTestKit.warn("no valid ticket")
        .withOccurrences(10)
        .expect(
            kit.system(),
            () -> {
              for (int i = 0; i < 30; i++) {
                try (RawPeer raw = stranger()) {
                  raw.say(new LifeOpen(a.node(), i));
                  raw.bytesUntilClosed();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
              return null;
            });
  }

  @Test
  void shouldCloseTheLineWhenAPeerBreaksTheProtocol() throws IOException {
    Incarnation peer = new Incarnation(new NodeId("127.0.0.9", 25_520), 9);
    b.beacon.tell(new Own(peer, b.owner.getRef()));
    try (RawPeer raw = stranger()) {
      raw.say(hello(raw, Purpose.TALK, "demo", 9));
      LineOpened opened = b.owner.expectMessageClass(LineOpened.class);
      raw.say(new LifeTicket(5));

      b.owner.expectMessage(new LineClosed(opened.line(), Kind.TALK, Cause.CLOSED_HERE));
    }
  }

  @Test
  void shouldRefuseWhenTooManyTalkLinesWaitForAnOwner() throws IOException {
    List<RawPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        RawPeer raw = RawPeer.dial("127.0.0." + (10 + i % 8), b.at());
        peers.add(raw);
        raw.say(hello(raw, Purpose.TALK, "demo", i));
        assertThat(raw.hear()).isInstanceOf(Hello.class);
      }
      RawPeer last = stranger();
      peers.add(last);
      last.say(hello(last, Purpose.TALK, "demo", 64));

      assertThat(last.hear()).isEqualTo(new Refusal(RefusalReason.TOO_MANY, "64", "64"));
    } finally {
      for (RawPeer each : peers) {
        each.close();
      }
    }
  }

  // The end

  @Test
  void shouldSayGoodbyeBeforeAnyLineEndsWhenShutDown() {
    LifeLine life = life();
    TestProbe<Done> done = kit.createTestProbe(Done.class);

    b.beacon.tell(new Shutdown(done.getRef()));

    a.owner.expectMessage(new LineReceived(life.talk().atA().line(), new Goodbye(b.node())));
    a.owner.expectMessage(new LineClosed(life.talk().atA().line(), Kind.TALK, Cause.FIN));
    a.owner.expectMessage(new LineClosed(life.atA().line(), Kind.LIFE, Cause.FIN));
    done.expectMessage(Done.getInstance());
    done.expectTerminated(b.beacon);
    assertThat(probe(a, b.at())).isEqualTo(new Refused());
  }

  @Test
  void shouldEndInTimeWhenAPeerDoesNotReadTheGoodbye() throws IOException {
    Incarnation peer = new Incarnation(new NodeId("127.0.0.9", 25_520), 9);
    Node c =
        new Node(
            new BeaconSettings(
                new Endpoint("127.0.0.4", 0),
                16,
                16,
                PATIENCE.multipliedBy(10),
                Duration.ofMillis(100)),
            4);
    c.beacon.tell(new Own(peer, c.owner.getRef()));
    try (RawPeer raw = RawPeer.dial("127.0.0.9", c.at())) {
      raw.say(hello(raw, Purpose.TALK, "demo", 9));
      c.owner.expectMessageClass(LineOpened.class);
      TestProbe<Done> done = kit.createTestProbe(Done.class);

      c.beacon.tell(new Shutdown(done.getRef()));
      c.beacon.tell(new Shutdown(done.getRef()));

      done.receiveSeveralMessages(2, PATIENCE);
    }
  }

  @Test
  void shouldAnswerWithFailureWhenItIsStopping() throws IOException {
    Incarnation peer = new Incarnation(new NodeId("127.0.0.9", 25_520), 9);
    b.beacon.tell(new Own(peer, b.owner.getRef()));
    try (RawPeer raw = stranger()) {
      raw.say(hello(raw, Purpose.TALK, "demo", 9));
      b.owner.expectMessageClass(LineOpened.class);
      b.beacon.tell(new Shutdown(kit.<Done>createTestProbe().getRef()));

      assertThat(probe(b, a.at())).isEqualTo(new Failed("the beacon is stopping"));
      b.beacon.tell(new DialTalk(peer, a.at()));
      b.owner.expectMessage(new DialFailed(Kind.TALK, new Failed("the beacon is stopping")));
    }
  }

  @Test
  void shouldKeepItsSocketsOpenWhenItFails() throws IOException {
    LifeLine life = life();

    b.transport.abandon("as if the loop had failed");

    assertThat(b.failed.receiveMessage().reason()).contains("as if the loop had failed");
    a.owner.expectNoMessage(Duration.ofMillis(50));
    assertThat(probe(a, b.at(), Duration.ofMillis(50))).isEqualTo(new Mute());
    assertThat(probe(b, a.at())).isInstanceOf(Failed.class);
    TestProbe<Done> done = kit.createTestProbe(Done.class);
    b.beacon.tell(new Shutdown(done.getRef()));
    done.expectMessage(Done.getInstance());
    assertThat(a.owner.receiveSeveralMessages(2))
        .contains(new LineClosed(life.atA().line(), Kind.LIFE, Cause.FIN));
  }

  @Test
  void shouldKeepItsSocketsOpenWhenAHandlerFails() {
    BeaconSettings settings =
        new BeaconSettings(new Endpoint("127.0.0.4", 0), 16, 16, PATIENCE, PATIENCE);
    TcpBeaconTransport real = TcpBeaconTransport.bind(settings);
    Endpoint fatal = new Endpoint("127.0.0.66", 66);
    BeaconTransport defective =
        (BeaconTransport)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BeaconTransport.class},
                (proxy, method, args) -> {
                  if (method.getName().equals("dial") && args[0].equals(fatal)) {
                    throw new IllegalStateException("a defect");
                  }
                  return method.invoke(real, args);
                });
    TestProbe<BeaconFailed> failed = kit.createTestProbe(BeaconFailed.class);
    ActorRef<Command> beacon =
        kit.spawn(
            BeaconServer.create(
                new BeaconServer.Setup(
                    identity("demo", "system", "127.0.0.4", 4, real.local()),
                    settings,
                    Standing.SEEKING,
                    defective,
                    Runnable::run,
                    failed.getRef(),
                    kit.system().ignoreRef())));

    beacon.tell(new Probe(fatal, PATIENCE, PATIENCE, kit.<ProbeResult>createTestProbe().getRef()));

    assertThat(failed.receiveMessage().reason()).contains("a defect");
    assertThat(probe(a, real.local(), Duration.ofMillis(50))).isEqualTo(new Mute());
    TestProbe<Done> done = kit.createTestProbe(Done.class);
    beacon.tell(new Shutdown(done.getRef()));
    done.expectMessage(Done.getInstance());
    assertThat(probe(a, real.local())).isEqualTo(new Refused());
  }
}
