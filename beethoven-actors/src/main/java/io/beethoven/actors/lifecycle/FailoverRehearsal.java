package io.beethoven.actors.lifecycle;

import io.beethoven.actors.protocol.AllocatorMessage;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.allocation.Planner;
import io.beethoven.allocation.RoleTableDiff;
import io.beethoven.evidence.Evidence;
import io.beethoven.evidence.VoterSet;
import io.beethoven.grant.Allocator;
import io.beethoven.grant.AllocatorEffect;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorTimes;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Order;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Rights;
import io.beethoven.grant.RightsEffect;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * Goes through the failover of an invented cluster within this JVM: votes, confirmation, plan,
 * orders and answers, each message in its wire form. It touches nothing of the real node. Its use
 * is that classes are loaded, and messages known to the serializer, before a real death: in a JVM
 * that has not been through it, the first failover takes some ten milliseconds longer.
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
  private static final AllocatorTimes TIMES =
      new AllocatorTimes(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  private final Serialization serialization;
  private final ActorRef<AllocatorMessage> nobody;
  private final Allocator allocator;
  private final TreeMap<Incarnation, Rights> nodes = new TreeMap<>();
  private final Queue<AllocatorEffect> toDo = new ArrayDeque<>();
  private RoleTable table = RoleTable.EMPTY;

  FailoverRehearsal(ActorSystem<?> system) {
    this.serialization = SerializationExtension.get(Adapter.toClassic(system));
    this.nobody = system.deadLetters();
    for (int number = 1; number <= 3; number++) {
      Incarnation node = new Incarnation(new NodeId("rehearsal-" + number, 1), number);
      nodes.put(node, new Rights(node, CATALOG));
    }
    this.allocator =
        new Allocator(
            nodes.firstKey(), Planner::plan, TIMES, new SplittableRandom(1), Instant.EPOCH);
  }

  /**
   * Has a node of an invented cluster die.
   *
   * @return what runs at the end
   */
  RoleTable run() {
    change(Set.of());
    Incarnation victim =
        nodes.entrySet().stream()
            .filter(node -> !node.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList()
            .get(1);
    VoterSet voters = new VoterSet(List.copyOf(nodes.keySet()));
    Incarnation observer =
        nodes.keySet().stream().filter(node -> !node.equals(victim)).toList().get(1);
    Set<Incarnation> dead =
        Evidence.of(nodes.firstKey())
            .withVoters(voters)
            .evidence()
            .prove(victim)
            .evidence()
            .vote(observer, List.of(victim), List.of())
            .newlyDead();
    nodes.remove(victim);
    change(dead);
    return table;
  }

  private void change(Set<Incarnation> dead) {
    toDo.addAll(allocator.members(nodes.keySet(), List.of(), dead, Instant.EPOCH));
    for (AllocatorEffect next = toDo.poll(); next != null; next = toDo.poll()) {
      if (next instanceof Send send) {
        obey(send.to(), overTheWire(RoleServerMessage.of(send.order(), nobody)).order());
      } else if (next instanceof Publish publish) {
        RoleTable newer = overTheWire(new TablePublished(publish.table())).table();
        RoleTableDiff.events(table, newer, Instant.EPOCH);
        table = newer;
      }
    }
  }

  private void obey(Incarnation node, Order order) {
    Rights rights = nodes.get(node);
    if (rights != null) {
      carryOut(rights, rights.handle(order));
    }
  }

  private void carryOut(Rights rights, List<RightsEffect> effects) {
    for (RightsEffect effect : effects) {
      if (effect instanceof RightsEffect.Start start) {
        carryOut(rights, started(rights, start.slot()));
      } else if (effect instanceof RightsEffect.Reply reply) {
        answer(reply.answer());
      } else if (effect instanceof RightsEffect.Tell tell) {
        answer(tell.answer());
      }
    }
  }

  private static List<RightsEffect> started(Rights rights, Slot slot) {
    return rights.changed(slot, InstanceState.RUNNING);
  }

  private void answer(Answer answer) {
    AllocatorMessage message = overTheWire(AllocatorMessage.of(answer));
    toDo.addAll(allocator.answered(message.answer(), Instant.EPOCH));
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
