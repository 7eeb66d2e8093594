package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import io.beethoven.grant.Wires.Effect;
import io.beethoven.grant.Wires.Weather;
import java.util.List;
import java.util.random.RandomGenerator;

/** What goes wrong between nodes. */
final class NetworkFaults {

  private static final List<Class<?>> KINDS =
      List.of(
          Object.class,
          Order.class,
          Order.SlotOrder.class,
          Order.SlotOrder.class,
          Order.Prepare.class,
          Order.Block.class,
          Answer.class,
          Contact.class,
          Contact.Credit.class,
          ParticipantEffect.TellVotes.class);

  private final ProtocolSimulation simulation;
  private final Wires wires;

  NetworkFaults(ProtocolSimulation simulation) {
    this.simulation = simulation;
    this.wires = simulation.wires;
  }

  void cutSides(List<SimulatedNode> alive, RandomGenerator random) {
    boolean[] side = new boolean[ProtocolSimulation.MAX_HOSTS];
    for (int host = 0; host < side.length; host++) {
      side[host] = random.nextBoolean();
    }
    for (SimulatedNode a : alive) {
      for (SimulatedNode b : alive) {
        if (side[a.host] != side[b.host]) {
          wires.cut(a.host, b.host);
        }
      }
    }
  }

  void cutSome(List<SimulatedNode> alive, RandomGenerator random) {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      SimulatedNode a = alive.get(random.nextInt(alive.size()));
      SimulatedNode b = alive.get(random.nextInt(alive.size()));
      wires.cut(a.host, b.host);
      if (random.nextBoolean()) {
        wires.cut(b.host, a.host);
      }
    }
  }

  /** All that goes to a node, or comes from it, takes as long; sometimes it is cut off then. */
  void slowLinks(SimulatedNode one, List<SimulatedNode> alive, RandomGenerator random) {
    double most = new int[] {100, 500, 1_500, 3_000}[random.nextInt(4)];
    long lasts = (500 + random.nextInt(5_000)) * MILLI;
    boolean to = random.nextInt(3) != 0;
    Weather weather =
        new Weather(
            random.nextBoolean() ? Object.class : Contact.class,
            to ? Wires.ANY : one.host,
            to ? one.host : Wires.ANY,
            simulation.now() + lasts,
            Effect.LATE,
            most * 0.7,
            most);
    wires.begin(weather);
    if (random.nextBoolean()) {
      SimulatedNode other = alive.get(random.nextInt(alive.size()));
      simulation.after(random.nextLong(lasts), () -> cutInChaos(one, other));
    }
  }

  private void cutInChaos(SimulatedNode from, SimulatedNode to) {
    if (simulation.chaos) {
      wires.cut(from.host, to.host);
    }
  }

  /** Messages of a kind are held back and come later, when much has changed. */
  void holdBack(SimulatedNode one, RandomGenerator random) {
    begin(one, random, Effect.LATE, 50 + random.nextInt(1_500));
  }

  /** Messages of a kind come twice: at once and later. */
  void lateCopies(SimulatedNode one, RandomGenerator random) {
    begin(one, random, Effect.AGAIN, 500 + random.nextInt(4_000));
  }

  private void begin(SimulatedNode one, RandomGenerator random, Effect effect, int lastsMillis) {
    wires.begin(
        new Weather(
            KINDS.get(random.nextInt(KINDS.size())),
            Wires.ANY,
            random.nextBoolean() ? one.host : Wires.ANY,
            simulation.now() + lastsMillis * MILLI,
            effect,
            200,
            500 + random.nextInt(5_500)));
  }
}
