package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.Claims.Claim;
import io.beethoven.actors.beacon.Dials.Ends;
import io.beethoven.actors.beacon.Dials.ForLife;
import io.beethoven.actors.beacon.Dials.ForProbe;
import io.beethoven.actors.beacon.Dials.ForProposal;
import io.beethoven.actors.beacon.Dials.ForTalk;
import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.TransportEvent.Accepted;
import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Connected;
import io.beethoven.actors.beacon.TransportEvent.LoopFailed;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.Allowance;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Goodbye;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Inquiry;
import io.beethoven.discovery.BeaconMessage.LifeOpen;
import io.beethoven.discovery.BeaconMessage.Proposal;
import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder.Decoded;
import io.beethoven.discovery.FrameDecoder.OtherVersion;
import io.beethoven.discovery.FrameDecoder.Result;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers hellos, dials, and holds the lines to peers; owns the transport and so the beacon's
 * thread.
 *
 * <p>Spawned by the guardian before anything else, since the beacon is the node's life sign, and
 * stopped last. It watches the owners of lines. It is never restarted. Stopping it closes every
 * socket, which tells the peers that this node is dead; if it was not told to {@link Shutdown}, the
 * sockets are closed only when no role of this node runs any more. A defect closes none: neither
 * one of the transport's loop nor one of this actor, which then keeps the sockets open, tells the
 * guardian {@link BeaconFailed}, answers everything with failure, and waits for {@link Shutdown}.
 */
public final class BeaconServer extends AbstractBehavior<BeaconServer.Command> {

  /** What it understands. */
  public sealed interface Command {}

  /**
   * What it needs.
   *
   * @param self what this node says of itself, with the beacon's address as peers can dial it
   * @param settings its settings
   * @param initial how far the node is
   * @param transport bound and not started; this actor starts it and stops it
   * @param whenNoRoleRuns runs what it is given, on any thread, once no role of this node runs; may
   *     be called after this actor's end
   * @param failed told if the beacon fails while the process lives
   * @param claims told once of each other life that claims an address which is taken
   */
  public record Setup(
      Identity self,
      BeaconSettings settings,
      Standing initial,
      BeaconTransport transport,
      Consumer<Runnable> whenNoRoleRuns,
      ActorRef<BeaconFailed> failed,
      ActorRef<AddressClaimed> claims) {}

  /**
   * Changes what this node says of itself in hellos. Every {@link PeerSeen} of a hello that was
   * answered with the older standing is sent before {@code replyTo} is told.
   *
   * @param standing the new standing
   * @param replyTo told when it is in force
   */
  public record Announce(Standing standing, ActorRef<Announced> replyTo) implements Command {}

  /**
   * The answer to {@link Announce}.
   *
   * @param standing the standing in force
   */
  public record Announced(Standing standing) {}

  /**
   * Dials an address, exchanges hellos, and closes. Hundreds can be under way at once. Answered
   * exactly once, also when the beacon stops or fails meanwhile.
   *
   * @param target where
   * @param connectTimeout how long to wait for the connection
   * @param helloTimeout how long to wait for the hello after that
   * @param replyTo told once
   */
  public record Probe(
      Endpoint target,
      Duration connectTimeout,
      Duration helloTimeout,
      ActorRef<ProbeResult> replyTo)
      implements Command {}

  /**
   * The answer to {@link Probe}.
   *
   * @param target what was dialled
   * @param outcome what came of it
   */
  public record ProbeResult(Endpoint target, ProbeOutcome outcome) {}

  /**
   * Dials an address and offers to end this node's cluster in favour of that one's. Answered
   * exactly once, also when the beacon stops or fails meanwhile.
   *
   * @param number the proposal's
   * @param target where
   * @param own how this node's cluster stands
   * @param connectTimeout how long to wait for the connection
   * @param answerTimeout how long to wait for the answer after that
   * @param replyTo told once
   */
  public record Propose(
      long number,
      Endpoint target,
      Standing own,
      Duration connectTimeout,
      Duration answerTimeout,
      ActorRef<ProposalResult> replyTo)
      implements Command {}

  /**
   * The answer to {@link Propose}.
   *
   * @param number the proposal's
   * @param answer what was said, or empty if nothing was that makes sense
   */
  public record ProposalResult(long number, Optional<ProposalAnswer> answer) {}

  /**
   * Names the actor that answers proposals. Without one they are turned away.
   *
   * @param envoy told of each acceptable one
   */
  public record SubscribeProposals(ActorRef<ProposalReceived> envoy) implements Command {}

  /**
   * Another node offers to end its cluster in favour of this node's.
   *
   * @param connection on which {@link AnswerProposal} is to go
   * @param proposal what it said
   */
  public record ProposalReceived(long connection, Proposal proposal) {}

  /**
   * Answers a proposal; nothing happens if its connection is gone.
   *
   * @param connection as {@link ProposalReceived} said
   * @param answer what to say
   */
  public record AnswerProposal(long connection, ProposalAnswer answer) implements Command {}

  /**
   * Adds an actor that is told of every acceptable inbound hello.
   *
   * @param listener told, each time
   */
  public record Subscribe(ActorRef<PeerSeen> listener) implements Command {}

  /**
   * Names the members of this node's cluster. A hello by another life of one of them is answered
   * only once it is known that the member itself answers no more, as after a restart; else it is
   * refused, since two living nodes have one address.
   *
   * @param members where the beacon of each listens; replaces what was named before
   * @param patience how long a member may take to accept a connection, and to answer
   */
  public record Protect(Map<Incarnation, Endpoint> members, Duration patience) implements Command {

    /** Copies the map. */
    public Protect {
      members = Map.copyOf(members);
    }
  }

  /**
   * Somebody of this cluster said hello to this node.
   *
   * @param theirs what they said
   */
  public record PeerSeen(Hello theirs) {}

  /**
   * Asks whom this node refused lately, or who refused it, and in what they differ.
   *
   * @param replyTo told
   */
  public record GetRefusals(ActorRef<RefusalsReply> replyTo) implements Command {}

  /**
   * The answer to {@link GetRefusals}.
   *
   * @param refusals the newest first, at most {@value #MAX_REFUSALS_TOLD}
   */
  public record RefusalsReply(List<RefusedPeer> refusals) {

    /** Copies the list. */
    public RefusalsReply {
      refusals = List.copyOf(refusals);
    }
  }

  /**
   * Makes an actor the owner of all lines with a peer, present and future. A talk line or life-line
   * of a peer without an owner is kept waiting for a few seconds, since two nodes do not learn of
   * each other in the same instant. Replaces an earlier owner. The owner's end releases the peer.
   *
   * @param peer which life of which node
   * @param owner told of everything on its lines
   */
  public record Own(Incarnation peer, ActorRef<LineEvent> owner) implements Command {}

  /**
   * Gives a peer up and closes its lines.
   *
   * @param peer which
   */
  public record Release(Incarnation peer) implements Command {}

  /**
   * Opens a talk line to an owned peer. The owner hears {@code LineOpened} or {@code DialFailed}.
   *
   * @param peer which; an answer by another incarnation counts as failed
   * @param target its beacon
   */
  public record DialTalk(Incarnation peer, Endpoint target) implements Command {}

  /**
   * Opens a life-line to an owned peer with a ticket that it issued. The owner hears {@code
   * LineOpened} or {@code DialFailed}.
   *
   * @param peer which
   * @param target its beacon
   * @param ticket what {@code LifeTicket} said
   */
  public record DialLife(Incarnation peer, Endpoint target, long ticket) implements Command {}

  /**
   * Sends a message on a line; nothing happens if the line is gone.
   *
   * @param line its id
   * @param message what
   */
  public record Send(long line, BeaconMessage message) implements Command {}

  /**
   * Closes a line. The owner hears {@code LineClosed} with {@code CLOSED_HERE}.
   *
   * @param line its id
   */
  public record CloseLine(long line) implements Command {}

  /**
   * Says goodbye on every talk line, waits until it is written or a short deadline passed, closes
   * everything, and stops.
   *
   * @param replyTo told when all sockets are closed
   */
  public record Shutdown(ActorRef<Done> replyTo) implements Command {}

  /**
   * Told to the guardian: the beacon can do nothing more, but its sockets are open. The node has to
   * stop its roles.
   *
   * @param reason for people
   */
  public record BeaconFailed(String reason) {}

  private record Happened(TransportEvent event) implements Command {}

  private record HolderProbed(ProbeResult result) implements Command {}

  private record OwnerMissing(long line) implements Command {}

  private record ProposalLate(long connection) implements Command {}

  private record GoodbyesLate() implements Command {}

  private static final Logger LOG = LoggerFactory.getLogger(BeaconServer.class);
  private static final Duration OWNER_PATIENCE = Duration.ofSeconds(5);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(1);
  private static final int MAX_HELD_LINES = 64;
  private static final int MAX_PROPOSALS = 16;

  /** What the listener is told of can take it much longer than it takes to say hello. */
  static final int MAX_HELLOS_PER_SECOND = 2_000;

  private static final int WARM_UP_ROUNDS = 20;
  private static final int MAX_REFUSALS_TOLD = 256;

  private final Identity self;
  private final BeaconSettings settings;
  private final BeaconTransport transport;
  private final Consumer<Runnable> whenNoRoleRuns;
  private final ActorRef<BeaconFailed> failed;
  private final TimerScheduler<Command> timers;
  private final Lines lines;
  private final Dials dials;
  private final Claims claims;
  private final ActorRef<ProbeResult> onHolder;
  private final EventFeed events;
  private final RefusalLog refusals = new RefusalLog(InstantSource.system());

  private final Allowance hellos =
      new Allowance(MAX_HELLOS_PER_SECOND, Duration.ofSeconds(1).dividedBy(MAX_HELLOS_PER_SECOND));

  /** Accepted connections whose first frame has not come. */
  private final Map<Long, Ends> greetings = new HashMap<>();

  /** Accepted connections whose proposal has not been answered. */
  private final Set<Long> proposals = new HashSet<>();

  private final List<ActorRef<Done>> stopListeners = new ArrayList<>();
  private final List<ActorRef<PeerSeen>> listeners = new ArrayList<>();
  private Standing standing;
  private Optional<ActorRef<ProposalReceived>> envoy = Optional.empty();
  private boolean outOfOrder;
  private boolean loopFailed;
  private boolean stopped;

  /**
   * Creates the beacon's behavior.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  BeaconServer server = new BeaconServer(context, timers, setup);
                  server.start();
                  return server;
                }));
  }

  private BeaconServer(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    this.timers = timers;
    this.self = setup.self();
    this.settings = setup.settings();
    this.transport = setup.transport();
    this.whenNoRoleRuns = setup.whenNoRoleRuns();
    this.failed = setup.failed();
    this.standing = setup.initial();
    this.lines = new Lines(transport, new SecureRandom()::nextLong);
    ActorRef<Command> me = context.getSelf();
    this.events = new EventFeed(event -> me.tell(new Happened(event)));
    this.dials = new Dials(self, transport, lines, refusals);
    this.claims = new Claims(self, setup.claims());
    this.onHolder = context.messageAdapter(ProbeResult.class, HolderProbed::new);
  }

  private void start() {
    transport.start(events);
    LOG.info("beacon: listens; local={} node={}", transport.local(), self.node());
    dials.warmUp(WARM_UP_ROUNDS, settings.frameTimeout());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Happened.class, guarded(this::onHappened))
        .onMessage(Probe.class, guarded(this::onProbe))
        .onMessage(Propose.class, guarded(this::onPropose))
        .onMessage(SubscribeProposals.class, guarded(this::onSubscribeProposals))
        .onMessage(AnswerProposal.class, guarded(this::onAnswerProposal))
        .onMessage(ProposalLate.class, guarded(this::onProposalLate))
        .onMessage(Own.class, guarded(this::onOwn))
        .onMessage(Release.class, guarded(this::onRelease))
        .onMessage(DialTalk.class, guarded(this::onDialTalk))
        .onMessage(DialLife.class, guarded(this::onDialLife))
        .onMessage(Send.class, guarded(this::onSend))
        .onMessage(CloseLine.class, guarded(this::onCloseLine))
        .onMessage(Announce.class, guarded(this::onAnnounce))
        .onMessage(Subscribe.class, guarded(this::onSubscribe))
        .onMessage(GetRefusals.class, guarded(this::onGetRefusals))
        .onMessage(Protect.class, guarded(this::onProtect))
        .onMessage(HolderProbed.class, guarded(this::onHolderProbed))
        .onMessage(OwnerMissing.class, guarded(this::onOwnerMissing))
        .onMessage(Shutdown.class, guarded(this::onShutdown))
        .onMessage(GoodbyesLate.class, guarded(late -> closeAll()))
        .onSignal(Terminated.class, guarded(this::onTerminated))
        .onSignal(PostStop.class, stop -> onPostStop())
        .build();
  }

  /** Keeps a defect of this actor from looking like this node's death. */
  private <T> Function<T, Behavior<Command>> guarded(Function<T, Behavior<Command>> handler) {
    return message -> {
      try {
        return handler.apply(message);
      } catch (RuntimeException e) {
        LOG.error("beacon: defect in the beacon server; sockets are kept open", e);
        transport.abandon(e.toString());
        return this;
      }
    };
  }

  private Behavior<Command> onHappened(Happened happened) {
    events.done();
    TransportEvent event = happened.event();
    if (event instanceof Received received) {
      onReceived(received);
    } else if (event instanceof Closed closed) {
      onClosed(closed);
    } else if (event instanceof Accepted accepted) {
      greetings.put(accepted.connection(), new Ends(accepted.local(), accepted.remote()));
    } else if (event instanceof Connected connected) {
      dials.onConnected(connected, standing);
    } else if (event instanceof TransportEvent.DialFailed dialFailed) {
      dials.settle(dialFailed.connection(), dialFailed.outcome());
    } else if (event instanceof LoopFailed loopFailed) {
      onLoopFailed(loopFailed.reason());
    } else {
      stopped = true;
      stopListeners.forEach(each -> each.tell(Done.getInstance()));
      return Behaviors.stopped();
    }
    return this;
  }

  private void onReceived(Received received) {
    long id = received.connection();
    Ends greeting = greetings.remove(id);
    if (greeting != null) {
      onFirstFrame(id, greeting, received.frame());
      return;
    }
    lines
        .line(id)
        .ifPresentOrElse(
            line -> lines.onReceived(line, received.frame()),
            () -> dials.onReceived(id, received.frame()));
  }

  private void onFirstFrame(long id, Ends ends, Result frame) {
    if (outOfOrder) {
      transport.close(id);
    } else if (frame instanceof Decoded decoded && decoded.message() instanceof Hello theirs) {
      onHello(id, ends, theirs);
    } else if (frame instanceof Decoded decoded && decoded.message() instanceof LifeOpen open) {
      onLifeOpen(id, open);
    } else if (frame instanceof Decoded decoded && decoded.message() instanceof Inquiry inquiry) {
      transport.send(id, self.answer(inquiry, standing, Instant.now()));
      transport.finish(id);
    } else if (frame instanceof Decoded decoded && decoded.message() instanceof Proposal proposal) {
      onProposal(id, proposal);
    } else if (frame instanceof OtherVersion other) {
      Refusal refusal = Identity.otherVersion(other.version());
      refusals.otherVersion(ends.remote(), refusal);
      refuse(id, refusal);
    } else {
      LOG.debug("beacon: a stranger is turned away; remote={}", ends.remote());
      transport.close(id);
    }
  }

  private void onHello(long id, Ends ends, Hello theirs) {
    Optional<Refusal> refusal = self.refuse(theirs);
    boolean otherLife =
        refusal.filter(why -> why.reason() == RefusalReason.SAME_ADDRESS).isPresent()
            && !theirs.node().equals(self.node());
    if (otherLife) {
      refusals.refused(theirs, ends.remote(), refusal.get());
      // If it is not refused it learns by this node's hello whom it met.
      claims
          .atOwnAddress(ends, theirs, standing)
          .ifPresentOrElse(why -> refuse(id, why), () -> answerProbe(id, ends));
    } else if (refusal.isPresent()) {
      refusals.refused(theirs, ends.remote(), refusal.get());
      refuse(id, refusal.get());
    } else {
      refusals.agreed(theirs.beacon());
      if (!hellos.take(Instant.now())) {
        refuseForNumber(id, MAX_HELLOS_PER_SECOND);
      } else if (claims.isClaim(theirs)) {
        claims.await(new Claim(id, ends, theirs), onHolder).ifPresent(this::onProbe);
      } else {
        answer(id, ends, theirs);
      }
    }
  }

  private Behavior<Command> onProtect(Protect protect) {
    claims.protect(protect);
    return this;
  }

  private Behavior<Command> onHolderProbed(HolderProbed probed) {
    claims
        .settle(probed.result())
        .forEach(
            (claim, refusal) -> {
              if (outOfOrder) {
                transport.close(claim.connection());
              } else {
                refusal.ifPresentOrElse(
                    why -> refuse(claim.connection(), why),
                    () -> answer(claim.connection(), claim.ends(), claim.theirs()));
              }
            });
    return this;
  }

  private void answer(long id, Ends ends, Hello theirs) {
    boolean owned = lines.isOwned(theirs.node());
    if (theirs.purpose() == Purpose.TALK && !owned && lines.heldLines() >= MAX_HELD_LINES) {
      refuseForNumber(id, MAX_HELD_LINES);
      return;
    }
    listeners.forEach(each -> each.tell(new PeerSeen(theirs)));
    if (theirs.purpose() == Purpose.PROBE) {
      answerProbe(id, ends);
      return;
    }
    // Before the answer, since the peer may say anything of any length once it has heard it.
    if (owned) {
      transport.keep(id);
    } else {
      transport.hold(id);
      timers.startSingleTimer(id, new OwnerMissing(id), OWNER_PATIENCE);
    }
    transport.send(id, self.hello(Purpose.TALK, standing, ends.local(), ends.remote()));
    lines.add(Line.talk(id, true, theirs, ends.agreeWith(theirs)));
  }

  private void answerProbe(long id, Ends ends) {
    transport.send(id, self.hello(Purpose.PROBE, standing, ends.local(), ends.remote()));
    transport.finish(id);
  }

  private void refuse(long id, Refusal refusal) {
    transport.send(id, refusal);
    transport.finish(id);
  }

  private void refuseForNumber(long id, int bound) {
    String text = Integer.toString(bound);
    refuse(id, new Refusal(RefusalReason.TOO_MANY, text, text));
  }

  private void onProposal(long id, Proposal proposal) {
    Optional<Refusal> refusal = self.refuse(proposal.proposer());
    if (refusal.isPresent()) {
      refuse(id, refusal.get());
    } else if (envoy.isEmpty() || proposals.size() >= MAX_PROPOSALS) {
      refuseForNumber(id, MAX_PROPOSALS);
    } else {
      proposals.add(id);
      timers.startSingleTimer(id, new ProposalLate(id), ANSWER_PATIENCE);
      envoy.get().tell(new ProposalReceived(id, proposal));
    }
  }

  private Behavior<Command> onSubscribeProposals(SubscribeProposals subscribe) {
    envoy = Optional.of(subscribe.envoy());
    return this;
  }

  private Behavior<Command> onAnswerProposal(AnswerProposal answered) {
    long id = answered.connection();
    if (proposals.remove(id)) {
      timers.cancel(id);
      transport.send(id, answered.answer());
      transport.finish(id);
    }
    return this;
  }

  private Behavior<Command> onProposalLate(ProposalLate late) {
    if (proposals.remove(late.connection())) {
      transport.close(late.connection());
    }
    return this;
  }

  private void onLifeOpen(long id, LifeOpen open) {
    if (lines.redeem(open)) {
      lines.add(Line.life(id, true, open.node()));
    } else {
      lines.tellOfBreach("no valid ticket", open.node(), Kind.LIFE);
      transport.close(id);
    }
  }

  private Behavior<Command> onOwnerMissing(OwnerMissing missing) {
    lines
        .line(missing.line())
        .filter(line -> !lines.isOwned(line.peer()))
        .ifPresent(line -> transport.close(line.id()));
    return this;
  }

  private void onClosed(Closed closed) {
    long id = closed.connection();
    timers.cancel(id);
    greetings.remove(id);
    claims.closed(id);
    proposals.remove(id);
    lines.line(id).ifPresent(line -> lines.onClosed(line, closed.ending()));
    dials.onClosed(id, closed.ending());
    if (!stopListeners.isEmpty() && lines.talkLines().isEmpty()) {
      transport.stop();
    }
  }

  private Behavior<Command> onProbe(Probe probe) {
    dials.dial(new ForProbe(probe), probe.target(), probe.connectTimeout(), probe.helloTimeout());
    return this;
  }

  private Behavior<Command> onPropose(Propose propose) {
    dials.dial(
        new ForProposal(propose),
        propose.target(),
        propose.connectTimeout(),
        propose.answerTimeout());
    return this;
  }

  private Behavior<Command> onDialTalk(DialTalk dial) {
    if (lines.isOwned(dial.peer())) {
      Duration patience = settings.frameTimeout();
      dials.dial(new ForTalk(dial), dial.target(), patience, patience);
    }
    return this;
  }

  private Behavior<Command> onDialLife(DialLife dial) {
    if (lines.isOwned(dial.peer())) {
      Duration patience = settings.frameTimeout();
      dials.dial(new ForLife(dial), dial.target(), patience, patience);
    }
    return this;
  }

  private Behavior<Command> onOwn(Own own) {
    getContext().watch(own.owner());
    unwatch(lines.own(own.peer(), own.owner()));
    return this;
  }

  private Behavior<Command> onRelease(Release release) {
    dials.release(release.peer());
    unwatch(lines.release(release.peer()));
    return this;
  }

  private void unwatch(Optional<ActorRef<LineEvent>> former) {
    former.filter(owner -> !lines.owns(owner)).ifPresent(getContext()::unwatch);
  }

  private Behavior<Command> onTerminated(Terminated terminated) {
    for (Incarnation peer : lines.peersOf(terminated.getRef())) {
      dials.release(peer);
      lines.release(peer);
    }
    return this;
  }

  private Behavior<Command> onSend(Send send) {
    if (lines.line(send.line()).isPresent()) {
      try {
        transport.send(send.line(), send.message());
      } catch (IllegalArgumentException e) {
        LOG.error("beacon: a message cannot be sent; reason={}", e.getMessage());
      }
    }
    return this;
  }

  private Behavior<Command> onCloseLine(CloseLine close) {
    if (lines.line(close.line()).isPresent()) {
      transport.close(close.line());
    }
    return this;
  }

  private Behavior<Command> onAnnounce(Announce announce) {
    // This actor answers hellos itself, so whoever heard the older standing was reported before.
    standing = announce.standing();
    announce.replyTo().tell(new Announced(standing));
    return this;
  }

  private Behavior<Command> onSubscribe(Subscribe subscribe) {
    listeners.add(subscribe.listener());
    return this;
  }

  private Behavior<Command> onGetRefusals(GetRefusals query) {
    query.replyTo().tell(new RefusalsReply(refusals.recent(MAX_REFUSALS_TOLD)));
    return this;
  }

  private void onLoopFailed(String reason) {
    loopFailed = true;
    outOfOrder = true;
    dials.giveUp("the beacon has failed: " + reason);
    failed.tell(new BeaconFailed(reason));
    if (!stopListeners.isEmpty()) {
      transport.stop();
    }
  }

  private Behavior<Command> onShutdown(Shutdown shutdown) {
    stopListeners.add(shutdown.replyTo());
    if (stopListeners.size() > 1) {
      return this;
    }
    outOfOrder = true;
    dials.giveUp("the beacon is stopping");
    List<Long> talkLines = lines.talkLines();
    if (loopFailed || talkLines.isEmpty()) {
      return closeAll();
    }
    for (long line : talkLines) {
      // A peer that closes its end has read the goodbye, and so reads it before any life-line ends.
      transport.send(line, new Goodbye(self.node()));
      transport.finish(line);
    }
    timers.startSingleTimer(new GoodbyesLate(), settings.goodbyeTimeout());
    return this;
  }

  private Behavior<Command> closeAll() {
    transport.stop();
    return this;
  }

  private Behavior<Command> onPostStop() {
    dials.giveUp("the beacon is stopped");
    if (stopped || loopFailed) {
      return this;
    }
    if (stopListeners.isEmpty()) {
      // Closed sockets would have the peers start the roles that may still run here.
      LOG.warn("beacon: ended unasked; sockets are kept open while a role runs here");
      whenNoRoleRuns.accept(transport::stop);
    } else {
      transport.stop();
    }
    return this;
  }
}
