package io.beethoven.actors.evidence;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.LineEvent;
import io.beethoven.actors.beacon.LineEvent.DialFailed;
import io.beethoven.actors.beacon.LineEvent.LineClosed;
import io.beethoven.actors.beacon.LineEvent.LineOpened;
import io.beethoven.actors.beacon.LineEvent.LineReceived;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.membership.PeerRegistry;
import io.beethoven.actors.settings.EvidenceSettings;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Goodbye;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.evidence.LineEffect;
import io.beethoven.evidence.LineEnd;
import io.beethoven.evidence.LinePolicy;
import io.beethoven.evidence.PeerLines;
import io.beethoven.evidence.RedialResult;
import io.beethoven.model.Incarnation;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Holds the lines to one peer and notices its death; carries out what {@link PeerLines} decides.
 *
 * <p>Spawned by {@link PeerRegistry}, one for each other member; it owns the peer's lines at the
 * {@link BeaconServer} and releases them when it stops. It keeps the latest votes, says them on
 * every talk line that opens, and repeats them while a proof in them is not confirmed. It watches
 * nobody. It is not restarted when it fails: without it the peer's death is noticed by heartbeats.
 */
public final class NodeTracker extends AbstractBehavior<NodeTracker.Command> {

  /** What it understands. */
  public sealed interface Command {}

  /**
   * Tells the peer what this node proved and whom it holds for dead, now and on each later line.
   *
   * @param votes complete; replaces what was sent before
   */
  public record SendVotes(Votes votes) implements Command {}

  /**
   * Asks how the lines stand.
   *
   * @param replyTo told at once
   */
  public record Describe(ActorRef<Described> replyTo) implements Command {}

  /**
   * The answer to {@link Describe}.
   *
   * @param evidence whether the peer's death could be proved now
   */
  public record Described(PeerFacts.Evidence evidence) {}

  /**
   * The membership has removed the peer, of whose death nothing is known: its lines are watched on,
   * but no new ones opened.
   */
  public enum Removed implements Command {
    /** The only one. */
    INSTANCE
  }

  /** Gives the peer up: closes its lines and ends. */
  public record Stop() implements Command {}

  private record LineHappened(LineEvent event) implements Command {}

  private record Redialled(int attempt, RedialResult result) implements Command {}

  private record TimerFired(LineEffect.Timer timer) implements Command {}

  private enum RepeatVotes implements Command {
    INSTANCE
  }

  /**
   * Between whom the lines are.
   *
   * @param self this node
   * @param peer the other
   * @param beacon where the other's beacon listens
   */
  public record Peering(Incarnation self, Incarnation peer, Endpoint beacon) {}

  private record Neighbours(
      ActorRef<BeaconServer.Command> beacon, ActorRef<PeerRegistry.Command> registry) {}

  private final TimerScheduler<Command> timers;
  private final Peering peering;
  private final EvidenceSettings settings;
  private final ActorRef<BeaconServer.Command> beacon;
  private final ActorRef<PeerRegistry.Command> registry;
  private PeerLines lines;
  private Optional<Votes> votes = Optional.empty();
  private OptionalLong toldOn = OptionalLong.empty();

  private NodeTracker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Peering peering,
      EvidenceSettings settings,
      Neighbours neighbours) {
    super(context);
    this.timers = timers;
    this.peering = peering;
    this.settings = settings;
    this.beacon = neighbours.beacon();
    this.registry = neighbours.registry();
    this.lines = PeerLines.between(peering.self().node(), peering.peer().node(), policy(settings));
  }

  /**
   * Creates the tracker of a peer.
   *
   * @param peering between whom
   * @param settings how patiently to dial
   * @param beacon holds the connections
   * @param registry told of proofs, votes and goodbyes
   * @return the behavior
   */
  public static Behavior<Command> create(
      Peering peering,
      EvidenceSettings settings,
      ActorRef<BeaconServer.Command> beacon,
      ActorRef<PeerRegistry.Command> registry) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  NodeTracker tracker =
                      new NodeTracker(
                          context, timers, peering, settings, new Neighbours(beacon, registry));
                  tracker.begin();
                  return tracker;
                }));
  }

  private void begin() {
    ActorRef<LineEvent> owner = getContext().messageAdapter(LineEvent.class, LineHappened::new);
    beacon.tell(new BeaconServer.Own(peering.peer(), owner));
    follow(lines.start());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(LineHappened.class, message -> onLine(message.event()))
        .onMessage(Redialled.class, this::onRedialled)
        .onMessage(TimerFired.class, message -> follow(lines.timerFired(message.timer())))
        .onMessage(SendVotes.class, this::onSendVotes)
        .onMessageEquals(RepeatVotes.INSTANCE, this::onRepeatVotes)
        .onMessage(Describe.class, this::onDescribe)
        .onMessageEquals(Removed.INSTANCE, () -> follow(lines.removed()))
        .onMessage(Stop.class, stop -> Behaviors.stopped())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onLine(LineEvent event) {
    if (event instanceof LineOpened opened) {
      return opened.kind() == LineEvent.Kind.TALK
          ? follow(lines.talkOpened(opened.line(), opened.addressesAgree()))
          : follow(lines.lifeOpened(opened.line()));
    } else if (event instanceof LineReceived received) {
      return onReceived(received.line(), received.message());
    } else if (event instanceof LineClosed closed) {
      return closed.kind() == LineEvent.Kind.TALK
          ? follow(lines.talkClosed(closed.line(), endOf(closed.cause())))
          : follow(lines.lifeClosed(closed.line(), endOf(closed.cause())));
    } else if (event instanceof DialFailed failed) {
      return failed.kind() == LineEvent.Kind.TALK
          ? follow(lines.talkFailed(resultOf(failed.outcome(), peering.peer())))
          : follow(lines.lifeFailed());
    }
    return this;
  }

  private Behavior<Command> onReceived(long line, BeaconMessage message) {
    if (message instanceof LifeTicket ticket) {
      return follow(lines.ticketReceived(line, ticket.ticket()));
    } else if (message instanceof Armed) {
      return follow(lines.armedReceived(line));
    } else if (message instanceof Votes theirs) {
      registry.tell(new PeerRegistry.VotesReceived(peering.peer(), theirs));
    } else if (message instanceof Goodbye goodbye && goodbye.node().equals(peering.peer())) {
      return follow(lines.goodbyeReceived());
    }
    return this;
  }

  private Behavior<Command> onRedialled(Redialled redialled) {
    return follow(lines.redialled(redialled.attempt(), redialled.result()));
  }

  private Behavior<Command> onSendVotes(SendVotes command) {
    votes = Optional.of(command.votes());
    toldOn = OptionalLong.empty();
    tellVotes();
    return this;
  }

  private Behavior<Command> onRepeatVotes() {
    toldOn = OptionalLong.empty();
    tellVotes();
    return this;
  }

  private Behavior<Command> onDescribe(Describe describe) {
    describe.replyTo().tell(new Described(evidence()));
    return this;
  }

  private PeerFacts.Evidence evidence() {
    if (lines.isArmed()) {
      return PeerFacts.Evidence.ARMED;
    }
    if (!lines.isTalking()) {
      return PeerFacts.Evidence.NO_LINE;
    }
    return lines.addressesAgree()
        ? PeerFacts.Evidence.UNARMED
        : PeerFacts.Evidence.ADDRESSES_DIFFER;
  }

  private Behavior<Command> onPostStop() {
    beacon.tell(new BeaconServer.Release(peering.peer()));
    return this;
  }

  /** Takes over the new state, does what it asks for, and tells a new talk line the votes. */
  private Behavior<Command> follow(PeerLines.Step step) {
    lines = step.lines();
    step.effects().forEach(this::perform);
    tellVotes();
    return this;
  }

  private void tellVotes() {
    OptionalLong talk = lines.talkLine();
    if (talk.isEmpty() || votes.isEmpty() || talk.equals(toldOn)) {
      return;
    }
    toldOn = talk;
    Votes latest = votes.get();
    beacon.tell(new BeaconServer.Send(talk.getAsLong(), latest));
    Set<Incarnation> unconfirmed = new HashSet<>(latest.proved());
    latest.dead().forEach(unconfirmed::remove);
    if (unconfirmed.isEmpty()) {
      timers.cancel(RepeatVotes.INSTANCE);
    } else {
      timers.startSingleTimer(RepeatVotes.INSTANCE, RepeatVotes.INSTANCE, settings.voteResend());
    }
  }

  private void perform(LineEffect effect) {
    if (effect instanceof LineEffect.DialTalk) {
      beacon.tell(new BeaconServer.DialTalk(peering.peer(), peering.beacon()));
    } else if (effect instanceof LineEffect.DialLife dial) {
      beacon.tell(new BeaconServer.DialLife(peering.peer(), peering.beacon(), dial.ticket()));
    } else if (effect instanceof LineEffect.SendArmed armed) {
      beacon.tell(new BeaconServer.Send(armed.line(), new Armed()));
    } else if (effect instanceof LineEffect.CloseLine closed) {
      beacon.tell(new BeaconServer.CloseLine(closed.line()));
    } else if (effect instanceof LineEffect.Redial redial) {
      redial(redial.attempt());
    } else if (effect instanceof LineEffect.SetTimer set) {
      timers.startSingleTimer(set.timer(), new TimerFired(set.timer()), set.after());
    } else if (effect instanceof LineEffect.CancelTimer cancelled) {
      timers.cancel(cancelled.timer());
    } else {
      report(effect);
    }
  }

  private void report(LineEffect effect) {
    Incarnation peer = peering.peer();
    if (effect instanceof LineEffect.Proved) {
      getContext().getLog().debug("death proved peer={}", peer);
      registry.tell(new PeerRegistry.Proved(peer));
    } else if (effect instanceof LineEffect.Departed) {
      registry.tell(new PeerRegistry.Departed(peer));
    } else if (effect instanceof LineEffect.LinesChanged changed) {
      getContext()
          .getLog()
          .debug("lines peer={} talking={} armed={}", peer, changed.talking(), changed.armed());
      registry.tell(new PeerRegistry.LinesChanged(peer, changed.armed()));
    } else if (effect instanceof LineEffect.WarnAddressesDisagree) {
      getContext()
          .getLog()
          .warn(
              "no evidence of death from this peer: something between us changes addresses peer={}",
              peer);
    } else if (effect instanceof LineEffect.NoEvidence) {
      getContext().getLog().info("life-line broke without proof of death peer={}", peer);
    }
  }

  private void redial(int attempt) {
    Incarnation peer = peering.peer();
    getContext()
        .ask(
            BeaconServer.ProbeResult.class,
            beacon,
            settings.redialTimeout().multipliedBy(3),
            replyTo ->
                new BeaconServer.Probe(
                    peering.beacon(), settings.redialTimeout(), settings.redialTimeout(), replyTo),
            (reply, failure) ->
                new Redialled(
                    attempt,
                    reply == null ? RedialResult.SILENT : resultOf(reply.outcome(), peer)));
  }

  private static RedialResult resultOf(ProbeOutcome outcome, Incarnation peer) {
    if (outcome instanceof ProbeOutcome.Refused) {
      return RedialResult.REFUSED;
    } else if (outcome instanceof ProbeOutcome.Answered answered) {
      Incarnation theirs = answered.theirs().node();
      if (theirs.equals(peer)) {
        return RedialResult.SAME_LIFE;
      }
      boolean sameNode = theirs.node().equals(peer.node());
      return sameNode ? RedialResult.OTHER_LIFE : RedialResult.MUTE;
    } else if (outcome instanceof ProbeOutcome.Mute || outcome instanceof ProbeOutcome.Rejected) {
      return RedialResult.MUTE;
    }
    return RedialResult.SILENT;
  }

  private static LineEnd endOf(LineEvent.Cause cause) {
    return switch (cause) {
      case FIN -> LineEnd.FIN;
      case BROKEN -> LineEnd.BROKEN;
      case CLOSED_HERE -> LineEnd.CLOSED_HERE;
    };
  }

  private static LinePolicy policy(EvidenceSettings settings) {
    return new LinePolicy(
        settings.redialMin(),
        settings.redialMax(),
        settings.redialLimit(),
        settings.reconnectMin(),
        settings.reconnectMax());
  }
}
