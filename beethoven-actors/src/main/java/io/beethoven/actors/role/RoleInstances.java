package io.beethoven.actors.role;

import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.model.NodeId;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The instances that run on this node: the {@link RoleServer}'s children, by slot. */
final class RoleInstances {

  /** Tells the role server that an instance's actor has ended by itself. */
  interface Loss {
    RoleServer.Command of(Slot slot, ActorRef<RoleInstance.Command> instance);
  }

  private final ActorContext<RoleServer.Command> context;
  private final NodeId node;
  private final RoleRegistry registry;
  private final RoleSettings settings;
  private final RoleThreads threads;
  private final LeaseView lease;
  private final Loss loss;
  private final Map<Slot, Instance> instances = new HashMap<>();
  private long starts;

  private record Instance(ActorRef<RoleInstance.Command> actor, RightState right) {}

  RoleInstances(
      ActorContext<RoleServer.Command> context,
      NodeId node,
      RoleRegistry registry,
      RoleSettings settings,
      RoleThreads threads,
      LeaseView lease,
      Loss loss) {
    this.context = context;
    this.node = node;
    this.registry = registry;
    this.settings = settings;
    this.threads = threads;
    this.lease = lease;
    this.loss = loss;
  }

  void start(Start start) {
    Slot slot = start.slot();
    RightState right = new RightState(start.token(), lease);
    RoleImplementation implementation = registry.find(slot.role()).orElseThrow();
    RoleInstance.Setup what =
        new RoleInstance.Setup(slot, node, start.spec(), implementation, right, threads, settings);
    starts++;
    ActorRef<RoleInstance.Command> actor =
        context.spawn(
            RoleInstance.create(what, context.getSelf().narrow()),
            "instance-" + slot.role() + "-" + slot.index() + "-" + starts);
    context.watchWith(actor, loss.of(slot, actor));
    instances.put(slot, new Instance(actor, right));
  }

  /** Asks it to stop; it sees that at its next look, however busy this node is. */
  void stop(Slot slot) {
    Instance instance = instances.get(slot);
    if (instance != null) {
      instance.right().revoke();
      instance.actor().tell(RoleInstance.Stop.INSTANCE);
    }
  }

  void retoken(Slot slot, Token token) {
    Instance instance = instances.get(slot);
    if (instance != null) {
      instance.right().retoken(token);
    }
  }

  /** Lets go of one that has ended in good order. */
  void forget(Slot slot) {
    Instance instance = instances.remove(slot);
    if (instance != null) {
      instance.right().revoke();
      context.unwatch(instance.actor());
    }
  }

  /** Takes the right from one whose actor was lost; whether it was the slot's present one. */
  boolean lost(Slot slot, ActorRef<RoleInstance.Command> actor) {
    Instance instance = instances.get(slot);
    if (instance == null || !instance.actor().equals(actor)) {
      return false;
    }
    instance.right().revoke();
    return true;
  }

  /** Whether it is the slot's present instance. */
  boolean isPresent(Slot slot, ActorRef<RoleInstance.Command> actor) {
    Instance instance = instances.get(slot);
    return instance != null && instance.actor().equals(actor);
  }

  void drop(Slot slot) {
    instances.remove(slot);
  }

  CompletionStage<Boolean> lastRunEnded(Slot slot) {
    return threads.lastRunEnded(slot);
  }
}
