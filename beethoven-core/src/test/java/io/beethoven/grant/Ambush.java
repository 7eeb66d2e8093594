package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Wires.Effect;
import io.beethoven.grant.Wires.Weather;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Something goes wrong just when the protocol takes a certain step: it lies in wait for a message
 * of a kind.
 */
final class Ambush {

  private static final List<Class<?>> STEPS =
      List.of(
          Order.Grant.class,
          Order.Reserve.class,
          Order.Withdraw.class,
          Order.Revoke.class,
          Order.Block.class,
          Order.Block.class,
          Order.Unblock.class,
          Order.StoreVoters.class,
          Order.StoreEdits.class,
          Order.StoreEdits.class,
          Order.Prepare.class,
          Answer.Promised.class,
          Answer.Stopped.class,
          ParticipantEffect.TellVotes.class);

  /** What happens then. */
  private enum Deed {
    CRASH_SENDER,
    CRASH_RECEIVER,
    CRASH_BOTH,
    CRASH_HOLDER,
    CUT_APART,
    CUT_SENDER_OFF,
    CUT_RECEIVER_OFF,
    FREEZE_SENDER,
    FREEZE_RECEIVER,
    RIVAL,
    CUT_OFF_WITH_RIVAL,
    LOSE,
    LOSE_AND_CRASH,
    LOSE_AND_CRASH_HOLDER
  }

  private final ProtocolSimulation simulation;
  private final RandomGenerator random;
  private final Class<?> step;
  private final Deed deed;
  private final long delay;
  private int passing;

  Ambush(ProtocolSimulation simulation, RandomGenerator random) {
    this.simulation = simulation;
    this.random = random;
    this.step = STEPS.get(random.nextInt(STEPS.size()));
    this.deed = Deed.values()[random.nextInt(Deed.values().length)];
    this.passing = random.nextInt(3) == 0 ? random.nextInt(12) : 0;
    this.delay = random.nextLong((random.nextInt(3) == 0 ? 2_500 : 40) * MILLI);
  }

  /** Whether a message is the one that was waited for. */
  boolean isSprungBy(SimulatedNode from, SimulatedNode to, Object what) {
    if (!step.isInstance(what) || from == to || passing-- > 0) {
      return false;
    }
    simulation.note("ambush of %s to %s: %s", step.getSimpleName(), to, deed);
    if (deed == Deed.LOSE || deed == Deed.LOSE_AND_CRASH || deed == Deed.LOSE_AND_CRASH_HOLDER) {
      long until = simulation.now() + delay + random.nextLong(1_500 * MILLI);
      simulation.wires.begin(new Weather(step, from.host, to.host, until, Effect.LOST, 0, 0));
    }
    simulation.after(delay, () -> act(from, to, what));
    return true;
  }

  private void act(SimulatedNode from, SimulatedNode to, Object what) {
    if (!simulation.chaos) {
      return;
    }
    switch (deed) {
      case CRASH_SENDER -> from.die(false);
      case CRASH_RECEIVER -> to.die(false);
      case CRASH_BOTH -> {
        from.die(false);
        to.die(false);
      }
      case CRASH_HOLDER, LOSE_AND_CRASH_HOLDER -> crashHolder(to, what);
      case CUT_APART -> simulation.wires.cutBoth(from.host, to.host);
      case CUT_SENDER_OFF -> cutOff(from);
      case CUT_RECEIVER_OFF -> cutOff(to);
      case FREEZE_SENDER -> freeze(from);
      case FREEZE_RECEIVER -> freeze(to);
      case RIVAL -> rival(from);
      case CUT_OFF_WITH_RIVAL -> {
        cutOff(from);
        rival(from);
      }
      case LOSE -> {}
      case LOSE_AND_CRASH -> crashAllBut(from, to);
    }
  }

  /** Whoever runs what the order is about, or anything. */
  private void crashHolder(SimulatedNode but, Object what) {
    List<SimulatedNode> holders = new ArrayList<>();
    for (SimulatedNode node : simulation.alive()) {
      boolean holds =
          node.instances.all().stream()
              .anyMatch(i -> !(what instanceof SlotOrder order) || i.slot.equals(order.slot()));
      if (holds && node != but) {
        holders.add(node);
      }
    }
    if (!holders.isEmpty()) {
      holders.get(random.nextInt(holders.size())).die(false);
    }
  }

  /** Only the one that did not get the message is left, perhaps with others. */
  private void crashAllBut(SimulatedNode from, SimulatedNode to) {
    for (SimulatedNode node : simulation.alive()) {
      if (node == from || (node != to && random.nextInt(4) != 0)) {
        node.die(false);
      }
    }
  }

  private void cutOff(SimulatedNode one) {
    boolean spares = random.nextBoolean();
    for (SimulatedNode other : simulation.alive()) {
      if (!spares || random.nextInt(4) != 0) {
        simulation.wires.cutBoth(one.host, other.host);
      }
    }
  }

  private void freeze(SimulatedNode one) {
    if (one.alive && !one.frozen) {
      one.freeze(false);
      simulation.after((20 + random.nextLong(5_000)) * MILLI, one::thaw);
    }
  }

  private void rival(SimulatedNode of) {
    List<SimulatedNode> others = simulation.alive();
    others.removeIf(node -> node == of || !node.joined || node.leaving);
    if (!others.isEmpty()) {
      SimulatedNode one = others.get(random.nextInt(others.size()));
      one.deliver(() -> one.allocators.add(new SimulatedAllocator(one, false)));
    }
  }
}
