package io.beethoven.actors.beacon;

import io.beethoven.actors.beacon.BeaconServer.DialLife;
import io.beethoven.actors.beacon.BeaconServer.DialTalk;
import io.beethoven.actors.beacon.BeaconServer.ProbeResult;
import io.beethoven.actors.beacon.BeaconServer.ProposalResult;
import io.beethoven.actors.beacon.BeaconServer.Propose;
import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.ProbeOutcome.Answered;
import io.beethoven.actors.beacon.ProbeOutcome.Failed;
import io.beethoven.actors.beacon.ProbeOutcome.Mute;
import io.beethoven.actors.beacon.ProbeOutcome.Rejected;
import io.beethoven.actors.beacon.TransportEvent.Connected;
import io.beethoven.actors.beacon.TransportEvent.Ending;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Hello;
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
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connections that this node dialled and that are no lines yet; {@link BeaconServer}'s state.
 * Each order is answered exactly once: by its outcome, or by the line that it became.
 */
final class Dials {

  private final Identity self;
  private final BeaconTransport transport;
  private final Lines lines;
  private final RefusalLog refusals;
  private final Map<Long, Attempt> attempts = new HashMap<>();
  private Optional<String> outOfOrder = Optional.empty();

  /** What a connection is dialled for. */
  sealed interface Order {}

  /** To exchange hellos. */
  record ForProbe(BeaconServer.Probe probe) implements Order {}

  /** To have a talk line. */
  record ForTalk(DialTalk dial) implements Order {}

  /** To have a life-line. */
  record ForLife(DialLife dial) implements Order {}

  /** To have a proposal answered. */
  record ForProposal(Propose propose) implements Order {}

  /** To have the classes loaded before the first real detection. */
  record ForWarmUp(int roundsLeft, Duration patience) implements Order {}

  /** The two ends of a connection, as seen from here. */
  record Ends(Endpoint local, Endpoint remote) {

    boolean agreeWith(Hello theirs) {
      return Identity.addressesAgree(local, remote, theirs);
    }
  }

  /** An order under way; the ends are known once it is connected. */
  private record Attempt(Order order, Optional<Ends> ends) {}

  Dials(Identity self, BeaconTransport transport, Lines lines, RefusalLog refusals) {
    this.self = self;
    this.transport = transport;
    this.lines = lines;
    this.refusals = refusals;
  }

  void dial(Order order, Endpoint target, Duration connectTimeout, Duration frameTimeout) {
    if (outOfOrder.isPresent()) {
      answer(order, new Failed(outOfOrder.get()));
    } else {
      attempts.put(
          transport.dial(target, connectTimeout, frameTimeout),
          new Attempt(order, Optional.empty()));
    }
  }

  /** Dials the own beacon and a closed port by turns. */
  void warmUp(int rounds, Duration patience) {
    if (rounds > 0 && outOfOrder.isEmpty()) {
      Endpoint target = rounds % 2 == 0 ? transport.local() : transport.closedPort();
      dial(new ForWarmUp(rounds, patience), target, patience, patience);
    }
  }

  /** Takes no more orders and answers those at hand. */
  void giveUp(String reason) {
    outOfOrder = Optional.of(reason);
    List<Attempt> open = List.copyOf(attempts.values());
    attempts.clear();
    open.forEach(attempt -> answer(attempt.order(), new Failed(reason)));
  }

  /** Drops the attempts for lines to a peer, without an answer. */
  void release(Incarnation peer) {
    List<Long> givenUp =
        attempts.entrySet().stream()
            .filter(entry -> isFor(peer, entry.getValue().order()))
            .map(Map.Entry::getKey)
            .toList();
    givenUp.forEach(attempts::remove);
    givenUp.forEach(transport::close);
  }

  private static boolean isFor(Incarnation peer, Order order) {
    return (order instanceof ForTalk talk && talk.dial().peer().equals(peer))
        || (order instanceof ForLife life && life.dial().peer().equals(peer));
  }

  void onConnected(Connected connected, Standing standing) {
    long id = connected.connection();
    Attempt attempt = attempts.get(id);
    if (attempt == null) {
      transport.close(id);
    } else if (attempt.order() instanceof ForLife life) {
      attempts.remove(id);
      transport.keep(id);
      transport.send(id, new LifeOpen(self.node(), life.dial().ticket()));
      lines.add(Line.life(id, false, life.dial().peer()));
    } else if (attempt.order() instanceof ForProposal proposal) {
      Propose propose = proposal.propose();
      Hello ours = self.hello(Purpose.PROBE, propose.own(), connected.local(), connected.remote());
      transport.send(id, new Proposal(propose.number(), ours));
    } else {
      Ends ends = new Ends(connected.local(), connected.remote());
      attempts.put(id, new Attempt(attempt.order(), Optional.of(ends)));
      transport.send(
          id, self.hello(purposeOf(attempt.order()), standing, ends.local(), ends.remote()));
    }
  }

  private static Purpose purposeOf(Order order) {
    return order instanceof ForTalk ? Purpose.TALK : Purpose.PROBE;
  }

  void onReceived(long id, Result frame) {
    Attempt attempt = attempts.get(id);
    if (attempt == null) {
      return;
    }
    if (attempt.order() instanceof ForProposal proposal) {
      attempts.remove(id);
      transport.close(id);
      answer(proposal.propose(), answerIn(frame));
      return;
    }
    ProbeOutcome outcome = outcomeOf(purposeOf(attempt.order()), frame);
    remember(attempt.order(), outcome);
    if (outcome instanceof Answered answered
        && attempt.order() instanceof ForTalk talk
        && answered.theirs().node().equals(talk.dial().peer())) {
      attempts.remove(id);
      transport.keep(id);
      Hello theirs = answered.theirs();
      boolean agree = attempt.ends().map(ends -> ends.agreeWith(theirs)).orElse(false);
      lines.add(Line.talk(id, false, theirs, agree));
    } else {
      transport.close(id);
      settle(id, outcome);
    }
  }

  private void remember(Order order, ProbeOutcome outcome) {
    Optional<Endpoint> target =
        order instanceof ForProbe probe
            ? Optional.of(probe.probe().target())
            : order instanceof ForTalk talk ? Optional.of(talk.dial().target()) : Optional.empty();
    if (outcome instanceof Rejected rejected) {
      target.ifPresent(beacon -> refusals.refusedBy(beacon, rejected.refusal()));
    } else if (outcome instanceof Answered) {
      target.ifPresent(refusals::agreed);
    }
  }

  private static Optional<ProposalAnswer> answerIn(Result frame) {
    return frame instanceof Decoded decoded && decoded.message() instanceof ProposalAnswer answer
        ? Optional.of(answer)
        : Optional.empty();
  }

  private static void answer(Propose propose, Optional<ProposalAnswer> answer) {
    propose
        .replyTo()
        .tell(
            new ProposalResult(
                propose.number(), answer.filter(said -> said.number() == propose.number())));
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
      return self.refuse(theirs)
          .<ProbeOutcome>map(refusal -> new Rejected(refusal.turned()))
          .orElse(new Answered(theirs));
    }
    return new Mute();
  }

  void onClosed(long id, Ending ending) {
    settle(id, ending == Ending.CLOSED_HERE ? new Failed("closed here") : new Mute());
  }

  /** Answers whoever wanted a connection; once, and not if it has become a line. */
  void settle(long id, ProbeOutcome outcome) {
    Attempt attempt = attempts.remove(id);
    if (attempt != null) {
      answer(attempt.order(), outcome);
    }
  }

  private void answer(Order order, ProbeOutcome outcome) {
    if (order instanceof ForProbe probe) {
      probe.probe().replyTo().tell(new ProbeResult(probe.probe().target(), outcome));
    } else if (order instanceof ForTalk talk) {
      lines.dialFailed(talk.dial().peer(), Kind.TALK, outcome);
    } else if (order instanceof ForLife life) {
      lines.dialFailed(life.dial().peer(), Kind.LIFE, outcome);
    } else if (order instanceof ForProposal proposal) {
      answer(proposal.propose(), Optional.empty());
    } else if (order instanceof ForWarmUp warmUp) {
      warmUp(warmUp.roundsLeft() - 1, warmUp.patience());
    }
  }
}
