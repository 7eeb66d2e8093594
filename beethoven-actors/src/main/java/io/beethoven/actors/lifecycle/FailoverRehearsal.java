package io.beethoven.actors.lifecycle;

import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.RoleServerMessage.Contacted;
import io.beethoven.actors.protocol.RoleServerMessage.Ordered;
import io.beethoven.allocation.Planner;
import io.beethoven.allocation.RoleTableDiff;
import io.beethoven.grant.Allocator;
import io.beethoven.grant.AllocatorEffect;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Moment;
import io.beethoven.grant.Participant;
import io.beethoven.grant.ParticipantEffect;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Send;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Stop;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.grant.ParticipantEffect.TellVotes;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Timing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.RoleTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * Goes through the hand-over and the failover of an invented cluster within this JVM: leases,
 * votes, confirmation, succession, plan, orders and answers, each message in its wire form. It
 * touches nothing of the real node. Its use is that classes are loaded, and messages known to the
 * serializer, before a real death: in a JVM that has not been through it, the first failover takes
 * some ten milliseconds longer.
 *
 * <p>Not safe for use by several threads; each rehearsal is used once, on any thread.
 */
final class FailoverRehearsal {

  private static final RoleSpec ROLE =
      new RoleSpec(
          new RoleName("rehearsal"),
          2,
          Map.of("key", "value"),
          Readiness.ON_START,
          false,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          HandOver.STOP_FIRST,
          true);
  private static final Catalog CATALOG =
      new Catalog(List.of(ROLE.name()), List.of(ROLE), List.of());
  private static final Timing TIMING =
      new Timing(
          Duration.ofMillis(400),
          Duration.ofMillis(1500),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofMillis(60),
          Duration.ofSeconds(60));
  private static final int STEPS = 12;

  private final Serialization serialization;
  private final ActorRef<AllocatorMessage> nobody;
  private final TreeMap<Incarnation, Participant> nodes = new TreeMap<>();
  private final Queue<Runnable> toDo = new ArrayDeque<>();
  private final Incarnation host;
  private final Allocator allocator;
  private Moment now = new Moment(0, Instant.EPOCH);
  private RoleTable table = RoleTable.EMPTY;

  FailoverRehearsal(ActorSystem<?> system) {
    this.serialization = SerializationExtension.get(Adapter.toClassic(system));
    this.nobody = system.deadLetters();
    for (int number = 1; number <= 4; number++) {
      Incarnation node = new Incarnation(new NodeId("rehearsal-" + number, 1), number);
      nodes.put(node, new Participant(node, CATALOG, TIMING, Durable.NOTHING, now));
    }
    this.host = nodes.firstKey();
    carryOut(host, participant(host).found(1, false, now));
    this.allocator =
        new Allocator(
            new Allocator.Setup(host, Planner::plan, TIMING, 9, false),
            new SplittableRandom(1),
            participant(host).outlook(),
            now);
  }

  private Participant participant(Incarnation node) {
    return Objects.requireNonNull(nodes.get(node), "node");
  }

  /**
   * Has a node of an invented cluster leave, and another one die.
   *
   * @return what runs at the end
   */
  RoleTable run() {
    membersChanged();
    for (int step = 0; step < STEPS; step++) {
      pass();
    }
    leave(Objects.requireNonNull(nodes.higherKey(host)));
    Incarnation victim = Objects.requireNonNull(nodes.higherKey(host));
    Set<Incarnation> observers = new TreeSet<>(nodes.keySet());
    observers.remove(victim);
    nodes.remove(victim);
    for (Incarnation observer : observers) {
      carryOut(observer, participant(observer).proved(victim, now));
    }
    workOff();
    membersChanged();
    pass();
    return table;
  }

  /** By now the role runs on the host and on the next node, so that it moves twice. */
  private void leave(Incarnation leaver) {
    carryOut(leaver, participant(leaver).drain(now));
    workOff();
    for (int step = 0; step < STEPS && !participant(leaver).slots().isEmpty(); step++) {
      pass();
    }
    carryOut(leaver, participant(leaver).endDrain(now));
    workOff();
    nodes.remove(leaver);
    nodes.keySet().forEach(other -> carryOut(other, participant(other).departed(leaver, now)));
    workOff();
    membersChanged();
    pass();
  }

  private void pass() {
    now = now.plus(TIMING.contact());
    List.copyOf(nodes.keySet()).forEach(node -> carryOut(node, participant(node).tick(now)));
    decide(allocator.tick(participant(host).outlook(), now));
    workOff();
  }

  private void membersChanged() {
    Set<Incarnation> members = new TreeSet<>(nodes.keySet());
    members.forEach(node -> carryOut(node, participant(node).members(members, now)));
    decide(allocator.members(members, List.of(), participant(host).outlook(), now));
    workOff();
  }

  private void workOff() {
    for (Runnable next = toDo.poll(); next != null; next = toDo.poll()) {
      next.run();
    }
  }

  private void decide(List<AllocatorEffect> effects) {
    for (AllocatorEffect effect : effects) {
      if (effect instanceof AllocatorEffect.Send send) {
        Ordered ordered = overTheWire(new Ordered(send.order(), nobody));
        toDo.add(
            () -> {
              if (nodes.containsKey(send.to())) {
                carryOut(send.to(), participant(send.to()).ordered(ordered.order(), now));
              }
            });
      } else if (effect instanceof Publish publish) {
        RoleTable newer = overTheWire(new TablePublished(publish.table())).table();
        RoleTableDiff.events(table, newer, Instant.EPOCH);
        table = newer;
      }
    }
  }

  private void carryOut(Incarnation node, List<ParticipantEffect> effects) {
    for (ParticipantEffect effect : effects) {
      if (effect instanceof Start start) {
        toDo.add(
            () -> {
              if (nodes.containsKey(node)) {
                carryOut(node, participant(node).changed(start.slot(), InstanceState.RUNNING, now));
              }
            });
      } else if (effect instanceof Stop stop) {
        toDo.add(() -> carryOut(node, participant(node).stopped(stop.slot(), now)));
      } else if (effect instanceof Send send) {
        Contacted contacted = overTheWire(new Contacted(send.contact()));
        toDo.add(
            () -> {
              if (nodes.containsKey(send.to())) {
                carryOut(send.to(), participant(send.to()).contacted(contacted.contact(), now));
              }
            });
      } else if (effect instanceof TellVotes votes) {
        tellVotes(node, votes);
      } else if (effect instanceof Reply reply) {
        answer(new Answered(reply.answer()));
      } else if (effect instanceof Tell tell) {
        answer(new Answered(tell.answer()));
      }
    }
  }

  private void tellVotes(Incarnation from, TellVotes votes) {
    for (Incarnation other : nodes.keySet()) {
      if (!other.equals(from)) {
        toDo.add(
            () ->
                carryOut(other, participant(other).voted(from, votes.proved(), votes.dead(), now)));
      }
    }
  }

  private void answer(Answered answered) {
    Answered received = overTheWire(answered);
    toDo.add(() -> decide(allocator.answered(received.answer(), participant(host).outlook(), now)));
  }

  private <T> T overTheWire(T message) {
    Serializer serializer = serialization.findSerializerFor(message);
    byte[] bytes = serialization.serialize(message).get();
    String manifest = Serializers.manifestFor(serializer, message);
    @SuppressWarnings("unchecked")
    T received = (T) serialization.deserialize(bytes, serializer.identifier(), manifest).get();
    return received;
  }
}
