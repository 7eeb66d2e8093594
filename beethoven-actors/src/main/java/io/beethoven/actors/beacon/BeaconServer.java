package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.ProbeOutcome.Answered;
import io.beethoven.actors.beacon.ProbeOutcome.Failed;
import io.beethoven.actors.beacon.ProbeOutcome.Mute;
import io.beethoven.actors.beacon.ProbeOutcome.Rejected;
import io.beethoven.actors.beacon.TransportEvent.Accepted;
import io.beethoven.actors.beacon.TransportEvent.Closed;
import io.beethoven.actors.beacon.TransportEvent.Connected;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.actors.beacon.TransportEvent.LoopFailed;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Goodbye;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.LifeOpen;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder.Decoded;
import io.beethoven.discovery.FrameDecoder.OtherVersion;
import io.beethoven.discovery.FrameDecoder.Result;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * socket, which tells the peers that this node is dead; a defect does not: neither one of the
 * transport's loop nor one of this actor, which then keeps the sockets open, tells the guardian
 * {@link BeaconFailed}, answers everything with failure, and waits for {@link Shutdown}.
 */
public final class BeaconServer extends AbstractBehavior<BeaconServer.Command> {

  /** What it understands. */
  public sealed interface Command {}

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
   * Dials an address, exchanges hellos, and closes.
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
   * Names the actor that is told of every acceptable inbound hello.
   *
   * @param listener told, each time
   */
  public record Subscribe(ActorRef<PeerSeen> listener) implements Command {}

  /**
   * Somebody of this cluster said hello to this node.
   *
   * @param theirs what they said
   */
  public record PeerSeen(Hello theirs) {}

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

  private record OwnerMissing(long line) implements Command {}

  private record GoodbyesLate() implements Command {}

  /**
   * Dials itself and a closed port by turns, so that the first real detection finds its classes
   * loaded.
   */
  private record WarmUp(int roundsLeft) implements Command {}

  private static final Logger LOG = LoggerFactory.getLogger(BeaconServer.class);
  private static final Duration OWNER_PATIENCE = Duration.ofSeconds(5);
  private static final int MAX_HELD_LINES = 64;
  private static final int WARM_UP_ROUNDS = 20;

  /** The two ends of a connection, as seen from here. */
  private record Ends(Endpoint local, Endpoint remote) {}

  /** A connection that was dialled and is no line yet; the ends are known once it is connected. */
  private record Attempt(Command order, Optional<Ends> ends) {}

  private final Identity self;
  private final BeaconSettings settings;
  private final BeaconTransport transport;
  private final ActorRef<BeaconFailed> failed;
  private final TimerScheduler<Command> timers;
  private final Lines lines;

  /** Accepted connections whose first frame has not come. */
  private final Map<Long, Ends> greetings = new HashMap<>();

  private final Map<Long, Attempt> attempts = new HashMap<>();
  private final List<ActorRef<Done>> stopListeners = new ArrayList<>();
  private Standing standing;
  private Optional<ActorRef<PeerSeen>> listener = Optional.empty();
  private Optional<String> outOfOrder = Optional.empty();
  private boolean loopFailed;
  private boolean stopped;

  /**
   * Creates the beacon's behavior.
   *
   * @param self what this node says of itself, with the beacon's address as peers can dial it
   * @param settings its settings
   * @param initial how far the node is
   * @param transport bound and not started; this actor starts it and stops it
   * @param failed told if the beacon fails while the process lives
   * @return the behavior
   */
  public static Behavior<Command> create(
      Identity self,
      BeaconSettings settings,
      Standing initial,
      BeaconTransport transport,
      ActorRef<BeaconFailed> failed) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  BeaconServer server =
                      new BeaconServer(context, timers, self, settings, transport, failed, initial);
                  server.start();
                  return server;
                }));
  }

  private BeaconServer(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Identity self,
      BeaconSettings settings,
      BeaconTransport transport,
      ActorRef<BeaconFailed> failed,
      Standing initial) {
    super(context);
    this.timers = timers;
    this.self = self;
    this.settings = settings;
    this.transport = transport;
    this.failed = failed;
    this.standing = initial;
    this.lines = new Lines(transport, new SecureRandom()::nextLong);
  }

  private void start() {
    ActorRef<Command> me = getContext().getSelf();
    transport.start(event -> me.tell(new Happened(event)));
    LOG.info("beacon: listens; local={} node={}", transport.local(), self.node());
    warmUp(WARM_UP_ROUNDS);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Happened.class, guarded(this::onHappened))
        .onMessage(Probe.class, guarded(this::onProbe))
        .onMessage(Own.class, guarded(this::onOwn))
        .onMessage(Release.class, guarded(this::onRelease))
        .onMessage(DialTalk.class, guarded(this::onDialTalk))
        .onMessage(DialLife.class, guarded(this::onDialLife))
        .onMessage(Send.class, guarded(this::onSend))
        .onMessage(CloseLine.class, guarded(this::onCloseLine))
        .onMessage(Announce.class, guarded(this::onAnnounce))
        .onMessage(Subscribe.class, guarded(this::onSubscribe))
        .onMessage(OwnerMissing.class, guarded(this::onOwnerMissing))
        .onMessage(WarmUp.class, guarded(warmUp -> this))
        .onMessage(Shutdown.class, this::onShutdown)
        .onMessage(GoodbyesLate.class, late -> closeAll())
        .onSignal(Terminated.class, this::onTerminated)
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
    TransportEvent event = happened.event();
    if (event instanceof Received received) {
      onReceived(received);
    } else if (event instanceof Closed closed) {
      onClosed(closed);
    } else if (event instanceof Accepted accepted) {
      onAccepted(accepted);
    } else if (event instanceof Connected connected) {
      onConnected(connected);
    } else if (event instanceof TransportEvent.DialFailed dialFailed) {
      settle(dialFailed.connection(), dialFailed.outcome());
    } else if (event instanceof LoopFailed loopFailed) {
      onLoopFailed(loopFailed.reason());
    } else {
      stopped = true;
      stopListeners.forEach(each -> each.tell(Done.getInstance()));
      return Behaviors.stopped();
    }
    return this;
  }

  private void onAccepted(Accepted accepted) {
    if (outOfOrder.isPresent()) {
      transport.close(accepted.connection());
    } else {
      greetings.put(accepted.connection(), new Ends(accepted.local(), accepted.remote()));
    }
  }

  private void onReceived(Received received) {
    long id = received.connection();
    Optional<Line> line = lines.line(id);
    if (line.isPresent()) {
      lines.onReceived(line.get(), received.frame());
      return;
    }
    Ends greeting = greetings.remove(id);
    if (greeting != null) {
      onFirstFrame(id, greeting, received.frame());
      return;
    }
    Attempt attempt = attempts.get(id);
    if (attempt != null) {
      onAnswer(id, attempt, received.frame());
    }
  }

  private void onFirstFrame(long id, Ends ends, Result frame) {
    if (outOfOrder.isPresent()) {
      transport.close(id);
    } else if (frame instanceof Decoded decoded && decoded.message() instanceof Hello theirs) {
      onHello(id, ends, theirs);
    } else if (frame instanceof Decoded decoded && decoded.message() instanceof LifeOpen open) {
      onLifeOpen(id, open);
    } else if (frame instanceof OtherVersion other) {
      refuse(id, Identity.otherVersion(other.version()));
    } else {
      LOG.debug("beacon: a stranger is turned away; remote={}", ends.remote());
      transport.close(id);
    }
  }

  private void onHello(long id, Ends ends, Hello theirs) {
    Optional<Refusal> refusal = self.refuse(theirs);
    if (refusal.isPresent()) {
      refuse(id, refusal.get());
      return;
    }
    boolean owned = lines.isOwned(theirs.node());
    if (theirs.purpose() == Purpose.TALK && !owned && lines.heldLines() >= MAX_HELD_LINES) {
      String bound = Integer.toString(MAX_HELD_LINES);
      refuse(id, new Refusal(RefusalReason.TOO_MANY, bound, bound));
      return;
    }
    listener.ifPresent(each -> each.tell(new PeerSeen(theirs)));
    Hello ours = self.hello(theirs.purpose(), standing, ends.local(), ends.remote());
    if (theirs.purpose() == Purpose.PROBE) {
      transport.send(id, ours);
      transport.finish(id);
      return;
    }
    if (owned) {
      transport.keep(id);
    } else {
      transport.hold(id);
      timers.startSingleTimer(id, new OwnerMissing(id), OWNER_PATIENCE);
    }
    transport.send(id, ours);
    lines.add(
        Line.talk(id, true, theirs, Identity.addressesAgree(ends.local(), ends.remote(), theirs)));
  }

  private void refuse(long id, Refusal refusal) {
    LOG.debug(
        "beacon: a hello is refused; reason={} theirs={}", refusal.reason(), refusal.theirs());
    transport.send(id, refusal);
    transport.finish(id);
  }

  private void onLifeOpen(long id, LifeOpen open) {
    if (lines.redeem(open)) {
      lines.add(Line.life(id, true, open.node()));
    } else {
      LOG.warn("beacon: a life-line without a valid ticket is closed; node={}", open.node());
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

  private void onConnected(Connected connected) {
    long id = connected.connection();
    Attempt attempt = attempts.get(id);
    if (attempt == null) {
      transport.close(id);
      return;
    }
    if (attempt.order() instanceof DialLife dial) {
      attempts.remove(id);
      transport.keep(id);
      transport.send(id, new LifeOpen(self.node(), dial.ticket()));
      lines.add(Line.life(id, false, dial.peer()));
      return;
    }
    Ends ends = new Ends(connected.local(), connected.remote());
    attempts.put(id, new Attempt(attempt.order(), Optional.of(ends)));
    transport.send(
        id, self.hello(purposeOf(attempt.order()), standing, ends.local(), ends.remote()));
  }

  private static Purpose purposeOf(Command order) {
    return order instanceof DialTalk ? Purpose.TALK : Purpose.PROBE;
  }

  private void onAnswer(long id, Attempt attempt, Result frame) {
    ProbeOutcome outcome = outcomeOf(purposeOf(attempt.order()), frame);
    if (outcome instanceof Answered answered
        && attempt.order() instanceof DialTalk dial
        && answered.theirs().node().equals(dial.peer())
        && attempt.ends().isPresent()) {
      attempts.remove(id);
      Ends ends = attempt.ends().get();
      Hello theirs = answered.theirs();
      transport.keep(id);
      lines.add(
          Line.talk(
              id, false, theirs, Identity.addressesAgree(ends.local(), ends.remote(), theirs)));
    } else {
      transport.close(id);
      settle(id, outcome);
    }
  }

  private ProbeOutcome outcomeOf(Purpose purpose, Result frame) {
    if (frame instanceof OtherVersion other) {
      // The peer refuses us, or would: its words are those of its own version.
      return new Rejected(
          new Refusal(
              RefusalReason.OTHER_VERSION,
              Integer.toString(other.version()),
              Integer.toString(BeaconMessage.PROTOCOL_VERSION)));
    }
    if (frame instanceof Decoded decoded && decoded.message() instanceof Refusal refusal) {
      return new Rejected(refusal);
    }
    if (frame instanceof Decoded decoded
        && decoded.message() instanceof Hello theirs
        && theirs.purpose() == purpose) {
      return self.refuse(theirs).<ProbeOutcome>map(Rejected::new).orElse(new Answered(theirs));
    }
    return new Mute();
  }

  private void onClosed(Closed closed) {
    long id = closed.connection();
    timers.cancel(id);
    greetings.remove(id);
    lines.line(id).ifPresent(line -> lines.onClosed(line, closed.ending()));
    settle(id, closed.ending() == Ending.CLOSED_HERE ? new Failed("closed here") : new Mute());
    if (!stopListeners.isEmpty() && lines.talkLines().isEmpty()) {
      closeAll();
    }
  }

  /** Answers whoever wanted a connection; once, and not if it has become a line. */
  private void settle(long id, ProbeOutcome outcome) {
    Attempt attempt = attempts.remove(id);
    if (attempt != null) {
      answer(attempt.order(), outcome);
    }
  }

  private void answer(Command order, ProbeOutcome outcome) {
    if (order instanceof Probe probe) {
      probe.replyTo().tell(new ProbeResult(probe.target(), outcome));
    } else if (order instanceof DialTalk dial) {
      lines.dialFailed(dial.peer(), Kind.TALK, outcome);
    } else if (order instanceof DialLife dial) {
      lines.dialFailed(dial.peer(), Kind.LIFE, outcome);
    } else if (order instanceof WarmUp warmUp && outOfOrder.isEmpty()) {
      warmUp(warmUp.roundsLeft() - 1);
    }
  }

  private void warmUp(int rounds) {
    if (rounds > 0) {
      Endpoint target = rounds % 2 == 0 ? transport.local() : transport.closedPort();
      Duration patience = settings.frameTimeout();
      attempts.put(
          transport.dial(target, patience, patience),
          new Attempt(new WarmUp(rounds), Optional.empty()));
    }
  }

  private void attempt(Command order, Endpoint target, Duration connect, Duration frame) {
    if (outOfOrder.isPresent()) {
      answer(order, new Failed(outOfOrder.get()));
    } else {
      attempts.put(transport.dial(target, connect, frame), new Attempt(order, Optional.empty()));
    }
  }

  private Behavior<Command> onProbe(Probe probe) {
    attempt(probe, probe.target(), probe.connectTimeout(), probe.helloTimeout());
    return this;
  }

  private Behavior<Command> onDialTalk(DialTalk dial) {
    if (lines.isOwned(dial.peer())) {
      attempt(dial, dial.target(), settings.frameTimeout(), settings.frameTimeout());
    }
    return this;
  }

  private Behavior<Command> onDialLife(DialLife dial) {
    if (lines.isOwned(dial.peer())) {
      attempt(dial, dial.target(), settings.frameTimeout(), settings.frameTimeout());
    }
    return this;
  }

  private Behavior<Command> onOwn(Own own) {
    getContext().watch(own.owner());
    lines
        .own(own.peer(), own.owner())
        .filter(before -> !lines.owns(before))
        .ifPresent(getContext()::unwatch);
    return this;
  }

  private Behavior<Command> onRelease(Release release) {
    release(release.peer()).filter(owner -> !lines.owns(owner)).ifPresent(getContext()::unwatch);
    return this;
  }

  private Behavior<Command> onTerminated(Terminated terminated) {
    lines.peersOf(terminated.getRef()).forEach(this::release);
    return this;
  }

  private Optional<ActorRef<LineEvent>> release(Incarnation peer) {
    Optional<ActorRef<LineEvent>> owner = lines.release(peer);
    List<Long> givenUp =
        attempts.entrySet().stream()
            .filter(entry -> isFor(peer, entry.getValue().order()))
            .map(Map.Entry::getKey)
            .toList();
    givenUp.forEach(attempts::remove);
    givenUp.forEach(transport::close);
    return owner;
  }

  private static boolean isFor(Incarnation peer, Command order) {
    return (order instanceof DialTalk talk && talk.peer().equals(peer))
        || (order instanceof DialLife life && life.peer().equals(peer));
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
    // This actor answers hellos itself, so whoever heard the older standing was reported before
    // this.
    standing = announce.standing();
    announce.replyTo().tell(new Announced(standing));
    return this;
  }

  private Behavior<Command> onSubscribe(Subscribe subscribe) {
    listener = Optional.of(subscribe.listener());
    return this;
  }

  private void onLoopFailed(String reason) {
    loopFailed = true;
    giveUp("the beacon has failed: " + reason);
    failed.tell(new BeaconFailed(reason));
    if (!stopListeners.isEmpty()) {
      closeAll();
    }
  }

  /** Takes no more orders and answers those at hand. */
  private void giveUp(String reason) {
    outOfOrder = Optional.of(reason);
    List<Attempt> open = List.copyOf(attempts.values());
    attempts.clear();
    open.forEach(attempt -> answer(attempt.order(), new Failed(reason)));
  }

  private Behavior<Command> onShutdown(Shutdown shutdown) {
    stopListeners.add(shutdown.replyTo());
    if (stopListeners.size() > 1) {
      return this;
    }
    giveUp("the beacon is stopping");
    List<Long> talkLines = lines.talkLines();
    if (!loopFailed && !talkLines.isEmpty()) {
      for (long line : talkLines) {
        transport.send(line, new Goodbye(self.node()));
        transport.finish(line);
      }
      timers.startSingleTimer(new GoodbyesLate(), settings.goodbyeTimeout());
      return this;
    }
    return closeAll();
  }

  private Behavior<Command> closeAll() {
    transport.stop();
    return this;
  }

  private Behavior<Command> onPostStop() {
    giveUp("the beacon is stopped");
    if (!stopped && !loopFailed) {
      transport.stop();
    }
    return this;
  }
}
