package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import io.beethoven.grant.ParticipantEffect.Dead;
import io.beethoven.grant.ParticipantEffect.Forfeit;
import io.beethoven.grant.ParticipantEffect.HeldForDead;
import io.beethoven.grant.ParticipantEffect.Keep;
import io.beethoven.grant.ParticipantEffect.Lease;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Retoken;
import io.beethoven.grant.ParticipantEffect.Send;
import io.beethoven.grant.ParticipantEffect.StandIn;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Stop;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.grant.ParticipantEffect.TellVotes;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One process: a participant, the allocators that run beside it, clocks, a view of the members. */
final class SimulatedNode {

  final ProtocolSimulation simulation;
  final int host;
  final Incarnation id;
  final Timing timing;
  final Participant participant;
  final Instances instances;
  final Membership membership;
  final List<SimulatedAllocator> allocators = new ArrayList<>();
  final List<RoleName> implementations;

  /** When a message of each came last, for the singleton only. */
  final Map<Incarnation, Long> heardAt = new HashMap<>();

  private final Deque<Runnable> inbox = new ArrayDeque<>();
  private final long nanosBase;
  private final double drift;
  private long suspendedNanos;
  private long suspendedSince = -1;
  private long suspendedUntil = -1;
  private long setBackAt = -1;
  private long wallOffsetNanos;
  boolean alive = true;
  boolean frozen;
  boolean everFrozen;
  boolean joined;

  /** In a cluster of its own, before it joins: an island. */
  boolean alone;

  boolean leaving;
  boolean departed;
  boolean ending;

  /** After so many more effects the process dies; 0 if it does not. */
  int diesAfterEffects;

  private @Nullable Outlook outlook;
  Optional<Moment> leaseUntil = Optional.empty();
  Report report;

  SimulatedNode(ProtocolSimulation simulation, int host, Incarnation id, Durable restored) {
    this.simulation = simulation;
    this.host = host;
    this.id = id;
    this.nanosBase = simulation.random.nextLong() >> 8;
    this.drift = (simulation.random.nextDouble() * 2 - 1) / 1_000;
    this.wallOffsetNanos = simulation.between(-500, 500);
    this.implementations =
        simulation.scenario.roles().stream()
            .map(RoleSpec::name)
            .filter(role -> host == 0 || !simulation.chance(0.08))
            .toList();
    Catalog catalog =
        new Catalog(
            implementations,
            simulation.scenario.roles().stream()
                .filter(role -> host == 0 || !simulation.chance(0.1))
                .toList(),
            List.of());
    boolean slow = simulation.scenario.twoProfiles() && simulation.chance(0.5);
    this.timing = slow ? ProtocolSimulation.SLOW_TIMING : ProtocolSimulation.TIMING;
    this.participant = new Participant(id, catalog, timing, restored, moment());
    this.instances = new Instances(this);
    this.membership = new Membership(this);
    simulation.disks.put(id.node(), restored);
    simulation.left.remove(id.node());
    local(simulation.between(0, 400), this::tick);
    local(simulation.between(0, 400), membership::lookAtSingleton);
  }

  // clocks

  Moment moment() {
    long until = suspendedSince >= 0 ? suspendedSince : simulation.now();
    long active = until - suspendedNanos;
    long drifted = active + (long) (active * drift);
    return new Moment(nanosBase + drifted, wall());
  }

  private Instant wall() {
    return ProtocolSimulation.T0.plusNanos(simulation.now() + wallOffsetNanos);
  }

  /**
   * Leases rest on one of two clocks being right: nobody sets the wall clock back just when the
   * monotonic one has stood still.
   */
  void stepWall(long nanos) {
    boolean stoodStill = suspendedSince >= 0 || (suspendedUntil >= 0 && isRecent(suspendedUntil));
    long step = stoodStill ? Math.abs(nanos) : nanos;
    setBackAt = step < 0 ? simulation.now() : setBackAt;
    wallOffsetNanos += step;
    simulation.invariants.mayHaveChanged();
  }

  boolean isClockBehind() {
    return wallOffsetNanos < -500 * MILLI;
  }

  // life

  /** Does something in this process later. */
  void local(long delay, Runnable action) {
    simulation.after(delay, () -> deliver(action));
  }

  void deliver(Runnable action) {
    if (!alive) {
      return;
    }
    if (frozen) {
      inbox.add(action);
    } else {
      action.run();
    }
  }

  void freeze(boolean suspend) {
    frozen = true;
    everFrozen = true;
    boolean setBack = setBackAt >= 0 && isRecent(setBackAt);
    suspendedSince = suspend && !setBack ? simulation.now() : -1;
  }

  private boolean isRecent(long then) {
    return simulation.now() - then < 3 * timing.leaseTerm().toNanos();
  }

  void thaw() {
    if (!alive || !frozen) {
      return;
    }
    frozen = false;
    if (suspendedSince >= 0) {
      suspendedNanos += simulation.now() - suspendedSince;
      suspendedUntil = simulation.now();
      suspendedSince = -1;
    }
    simulation.invariants.mayHaveChanged();
    while (!inbox.isEmpty() && alive && !frozen) {
      inbox.remove().run();
      simulation.invariants.check();
    }
  }

  /** Ends the process; whoever had a line to it notices, unless it goes silently. */
  void die(boolean silently) {
    if (!alive) {
      return;
    }
    simulation.note("dies%s %s", silently ? " silently" : "", id);
    simulation.invariants.onDeath(this);
    alive = false;
    inbox.clear();
    allocators.clear();
    for (SimulatedNode peer : simulation.alive()) {
      boolean notices =
          !silently
              && simulation.wires.reaches(this, peer)
              && (!simulation.chaos
                  || !simulation.chance(simulation.scenario.network().missedProofs()));
      if (notices && peer.membership.everKnew(id)) {
        simulation.after(simulation.between(1, 3), () -> peer.deliver(() -> peer.prove(id)));
      }
    }
  }

  /** What the node proved itself, in whatever way. */
  private void noteProofs() {
    for (Incarnation dead : participant.evidence().proved()) {
      SimulatedNode other = simulation.byId.get(dead);
      if (simulation.scenario.sound() && other != null && other.alive) {
        throw new Violation(this + " proved the death of " + other + ", which lives");
      }
      simulation.invariants.deaths.onProof(id, dead);
    }
  }

  void prove(Incarnation dead) {
    simulation.note("%s proves %s dead", id, dead);
    simulation.invariants.deaths.onProof(id, dead);
    step(participant.proved(dead, moment()), null);
  }

  void heard(SimulatedNode from) {
    heardAt.put(from.id, simulation.now());
  }

  boolean isFresh(Incarnation other) {
    Long last = heardAt.get(other);
    return other.equals(id)
        || last != null && simulation.now() - last < ProtocolSimulation.TIMING.suspect().toNanos();
  }

  /** Whether it had a request for credit of it, or credit, lately. */
  boolean hasContact(Incarnation other) {
    Moment last = participant.outlook().heard().get(other);
    return last != null && !moment().isPast(last, timing.suspect());
  }

  private void tick() {
    if (!departed) {
      step(participant.tick(moment()), null);
      local(simulation.between(120, 280), this::tick);
    }
  }

  /** Ends this life and begins another at the same address. */
  void restartSelf() {
    if (!ending) {
      ending = true;
      local(
          simulation.between(1, 300),
          () -> {
            die(false);
            simulation.after(
                simulation.between(300, 2_000), () -> new Founding(simulation).rejoin(host, true));
          });
    }
  }

  // effects

  /** What allocators that run here know; it is published before anything that came of a step. */
  Outlook outlook() {
    if (outlook == null) {
      outlook = participant.outlook();
    }
    return outlook;
  }

  void step(List<ParticipantEffect> effects, SimulatedAllocator sender) {
    outlook = null;
    for (ParticipantEffect effect : effects) {
      if (!alive) {
        return;
      }
      carryOut(effect, sender);
      if (diesAfterEffects > 0 && --diesAfterEffects == 0) {
        die(false);
      }
    }
  }

  private void carryOut(ParticipantEffect effect, SimulatedAllocator sender) {
    if (effect instanceof Start start) {
      instances.start(start);
    } else if (effect instanceof Stop stop) {
      instances.stop(stop.slot());
    } else if (effect instanceof Forfeit forfeit) {
      instances.forfeit(forfeit.slot());
    } else if (effect instanceof Retoken retoken) {
      instances.retoken(retoken.slot(), retoken.token());
    } else if (effect instanceof Lease lease) {
      lease(lease);
    } else if (effect instanceof Reply reply) {
      noteReport(reply.answer());
      if (sender != null) {
        answer(sender, reply.answer());
      }
    } else if (effect instanceof Tell tell) {
      noteReport(tell.answer());
      tell(tell.answer());
    } else if (effect instanceof Send send) {
      send(send);
    } else if (effect instanceof TellVotes votes) {
      noteProofs();
      tellVotes(votes);
    } else if (effect instanceof Dead dead) {
      noteProofs();
      simulation.note("%s holds for dead: %s", id, dead.nodes());
      simulation.invariants.deaths.onDead(this, dead.nodes());
      membership.onDead(dead.nodes());
    } else if (effect instanceof HeldForDead) {
      simulation.note("%s is held for dead", id);
      restartSelf();
    } else if (effect instanceof Keep keep) {
      simulation.disks.put(id.node(), keep.state());
    } else if (effect instanceof StandIn) {
      standIn();
    }
  }

  private void lease(Lease lease) {
    if (lease.until().isPresent() != leaseUntil.isPresent()) {
      simulation.note("%s %s lease", id, lease.until().isPresent() ? "has" : "lost its");
    }
    instances.leaseChanges();
    leaseUntil = lease.until();
    simulation.invariants.mayHaveChanged();
    instances.watch();
  }

  private void noteReport(Answer answer) {
    if (answer instanceof Answer.Reported reported) {
      report = reported.report();
    } else if (answer instanceof Answer.Promised promised) {
      report = promised.report();
    }
  }

  private void answer(SimulatedAllocator to, Answer answer) {
    simulation.wires.send(this, to.node, answer, () -> to.answered(answer));
  }

  /** Tells whatever allocators run at the node that was promised last. */
  private void tell(Answer answer) {
    SimulatedNode to = simulation.byUid.get(participant.promised().allocatorUid());
    if (to != null) {
      simulation.wires.send(
          this,
          to,
          answer,
          () -> List.copyOf(to.allocators).forEach(allocator -> allocator.answered(answer)));
    }
  }

  private void send(Send send) {
    SimulatedNode to = simulation.byId.get(send.to());
    if (to != null) {
      Contact contact = send.contact();
      simulation.wires.send(
          this, to, contact, () -> to.step(to.participant.contacted(contact, to.moment()), null));
    }
  }

  private void tellVotes(TellVotes votes) {
    for (SimulatedNode to : simulation.alive()) {
      if (to != this && membership.everKnew(to.id)) {
        simulation.wires.send(
            this,
            to,
            votes,
            () ->
                to.step(to.participant.voted(id, votes.proved(), votes.dead(), to.moment()), null));
      }
    }
  }

  private void standIn() {
    if (allocators.stream().noneMatch(allocator -> allocator.standIn)) {
      simulation.counts.add(Counts.Of.STAND_INS);
      allocators.add(new SimulatedAllocator(this, true));
    }
  }

  void stopSingleton() {
    allocators.removeIf(allocator -> !allocator.standIn);
  }

  Map<RoleName, RoleSpec> specs() {
    Map<RoleName, RoleSpec> specs = new TreeMap<>();
    simulation.scenario.roles().forEach(role -> specs.put(role.name(), role));
    return specs;
  }

  long ageMillis() {
    return moment().since(participant.born()).toMillis();
  }

  @Override
  public String toString() {
    return id.node().host() + "#" + id.uid();
  }

  /** So many virtual nanoseconds are so many milliseconds. */
  static long millis(long nanos) {
    return nanos / MILLI;
  }
}
