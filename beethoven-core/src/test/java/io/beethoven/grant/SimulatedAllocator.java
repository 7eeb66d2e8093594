package io.beethoven.grant;

import io.beethoven.allocation.Planner;
import io.beethoven.grant.AllocatorEffect.Deposed;
import io.beethoven.grant.AllocatorEffect.EditStored;
import io.beethoven.grant.AllocatorEffect.Excluded;
import io.beethoven.grant.AllocatorEffect.IssuingBegan;
import io.beethoven.grant.AllocatorEffect.NoLongerNeeded;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorEffect.VotersChanged;
import io.beethoven.model.RoleSpec;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** An allocator that runs beside a node's participant, as singleton or as a stand-in. */
final class SimulatedAllocator {

  final SimulatedNode node;
  final Allocator core;
  final boolean standIn;

  SimulatedAllocator(SimulatedNode node, boolean standIn) {
    ProtocolSimulation simulation = node.simulation;
    this.node = node;
    this.standIn = standIn;
    this.core =
        new Allocator(
            new Allocator.Setup(
                node.id, Planner::plan, node.timing, simulation.scenario.maxVoters(), standIn),
            new SplittableRandom(simulation.random.nextLong()),
            node.outlook(),
            node.moment());
    simulation.note("%s at %s: %s", standIn ? "stand-in" : "singleton", node, core.epoch());
    node.local(1, this::members);
    node.local(1, this::tick);
  }

  boolean isRunning() {
    return node.alive && node.allocators.contains(this);
  }

  /** Says who the members are. */
  void members() {
    step(
        () ->
            core.members(
                node.membership.reachable(),
                node.membership.joining(),
                node.outlook(),
                node.moment()));
  }

  void answered(Answer answer) {
    step(() -> core.answered(answer, node.outlook(), node.moment()));
  }

  void edit(RoleSpec spec) {
    step(() -> core.edit(spec, node.outlook(), node.moment()));
  }

  private void tick() {
    if (isRunning()) {
      step(() -> core.tick(node.outlook(), node.moment()));
      long pause = core.awaitsAnswers() ? 160 : 320;
      node.local(node.simulation.between(pause / 2.0, pause), this::tick);
    }
  }

  private void step(Supplier<List<AllocatorEffect>> action) {
    if (isRunning()) {
      for (AllocatorEffect effect : action.get()) {
        if (!node.alive) {
          return;
        }
        carryOut(effect);
        if (node.diesAfterEffects > 0 && --node.diesAfterEffects == 0) {
          node.die(false);
        }
      }
    }
  }

  private void carryOut(AllocatorEffect effect) {
    ProtocolSimulation simulation = node.simulation;
    if (effect instanceof Send send) {
      send(send);
      return;
    }
    if (!(effect instanceof Publish)) {
      simulation.note("%s: %s", node, effect);
    }
    if (effect instanceof NoLongerNeeded) {
      node.allocators.remove(this);
    } else if (effect instanceof Excluded) {
      simulation.counts.add(Counts.Of.EXCLUSIONS);
    } else if (effect instanceof VotersChanged) {
      simulation.counts.add(Counts.Of.JOINT_VOTERS);
    } else if (effect instanceof Deposed) {
      simulation.counts.add(Counts.Of.DEPOSED);
    } else if (effect instanceof IssuingBegan) {
      simulation.invariants.edits.onIssuing(this);
    } else if (effect instanceof EditStored stored) {
      simulation.invariants.edits.onStored(this, stored);
    }
  }

  private void send(Send send) {
    ProtocolSimulation simulation = node.simulation;
    SimulatedNode to = simulation.byId.get(send.to());
    if (to == null) {
      return;
    }
    Order order = send.order();
    if (simulation.isLogging() && !(order instanceof Order.Differ)) {
      simulation.note("%s -> %s: %s", node, to, describe(order));
    }
    if (order instanceof Order.StoreVoters store && store.voters().current().size() == 0) {
      simulation.counts.add(Counts.Of.REFOUNDINGS);
    }
    simulation.wires.send(
        node, to, order, () -> to.step(to.participant.ordered(order, to.moment()), this));
  }

  private static String describe(Order order) {
    if (order instanceof Order.Grant grant) {
      return "grant " + grant.slot() + " " + grant.token() + " session " + grant.session();
    } else if (order instanceof Order.Reserve reserve) {
      return "reserve " + reserve.slot() + " " + reserve.token() + " if " + reserve.condition();
    } else if (order instanceof Order.Prepare prepare) {
      return "prepare " + prepare.epoch() + " round " + prepare.round();
    } else if (order instanceof Order.StoreVoters store) {
      return "store " + store.voters();
    }
    return order.toString();
  }
}
