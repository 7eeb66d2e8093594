package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The network between the simulated nodes: what does not pass, is lost, comes late, or comes again.
 */
final class Wires {

  /** Any address. */
  static final int ANY = -1;

  private final ProtocolSimulation simulation;

  /** Directed pairs of addresses between which nothing passes. */
  private final boolean[][] cut =
      new boolean[ProtocolSimulation.MAX_HOSTS][ProtocolSimulation.MAX_HOSTS];

  private final List<Weather> weathers = new ArrayList<>();
  private final List<Ambush> ambushes = new ArrayList<>();
  Filter filter = (from, to, what) -> true;

  /** Lets a script keep messages back. */
  interface Filter {
    boolean passes(SimulatedNode from, SimulatedNode to, Object what);
  }

  /** What happens to messages of a kind. */
  enum Effect {
    LATE,
    /** A copy comes late. */
    AGAIN,
    LOST
  }

  /**
   * What happens to some messages for a while.
   *
   * @param kind what class of messages
   * @param from the address that they come from, or {@link #ANY}
   * @param to the address that they go to, or {@link #ANY}
   * @param until the end of it
   * @param effect what happens to them
   * @param fromMillis how late they come at least
   * @param toMillis how late they come at most
   */
  record Weather(
      Class<?> kind,
      int from,
      int to,
      long until,
      Effect effect,
      double fromMillis,
      double toMillis) {

    boolean concerns(SimulatedNode sender, SimulatedNode receiver, Object what) {
      return kind.isInstance(what)
          && (from == ANY || from == sender.host)
          && (to == ANY || to == receiver.host);
    }
  }

  Wires(ProtocolSimulation simulation) {
    this.simulation = simulation;
  }

  void cut(int from, int to) {
    cut[from][to] = from != to;
  }

  void mend(int from, int to) {
    cut[from][to] = false;
  }

  void cutBoth(int a, int b) {
    cut(a, b);
    cut(b, a);
  }

  /** Everything passes again; what is under way stays late. */
  void heal() {
    for (boolean[] row : cut) {
      Arrays.fill(row, false);
    }
    weathers.clear();
  }

  /** Nobody lies in wait any more. */
  void calm() {
    heal();
    ambushes.clear();
  }

  void begin(Weather weather) {
    weathers.removeIf(other -> other.until() < simulation.now());
    weathers.add(weather);
  }

  void begin(Ambush ambush) {
    ambushes.add(ambush);
  }

  boolean isCut(SimulatedNode from, SimulatedNode to) {
    return cut[from.host][to.host];
  }

  boolean reaches(SimulatedNode a, SimulatedNode b) {
    return !isCut(a, b) && !isCut(b, a);
  }

  /** Sends a message; between two actors of one process it is neither lost nor overtaken. */
  void send(SimulatedNode from, SimulatedNode to, Object what, Runnable arrival) {
    if (!ambushes.isEmpty()) {
      ambushes.removeIf(ambush -> ambush.isSprungBy(from, to, what));
    }
    if (from == to) {
      simulation.after(MILLI / 50, () -> to.deliver(arrival));
      return;
    }
    if (!filter.passes(from, to, what)) {
      return;
    }
    boolean chaos = simulation.chaos;
    int copies = chaos && simulation.chance(simulation.scenario.network().twice()) ? 2 : 1;
    long late = 0;
    for (Weather weather : weathers) {
      if (weather.until() > simulation.now() && weather.concerns(from, to, what)) {
        if (weather.effect() == Effect.LOST) {
          return;
        }
        long time = simulation.between(weather.fromMillis(), weather.toMillis());
        if (weather.effect() == Effect.LATE) {
          late += time;
        } else {
          simulation.after(time, () -> arrive(from, to, arrival));
        }
      }
    }
    for (int copy = 0; copy < copies; copy++) {
      send(from, to, late, arrival);
    }
  }

  private void send(SimulatedNode from, SimulatedNode to, long late, Runnable arrival) {
    boolean chaos = simulation.chaos;
    if (chaos && simulation.chance(simulation.scenario.network().loss())) {
      return;
    }
    if (isCut(from, to)) {
      comeThroughLater(0.2, from, to, arrival);
      return;
    }
    boolean slow = chaos && simulation.chance(simulation.scenario.network().slow());
    long time = slow ? simulation.between(5, 1_500) : simulation.between(0.1, 3);
    simulation.after(late + time, () -> arrive(from, to, arrival));
  }

  private void arrive(SimulatedNode from, SimulatedNode to, Runnable arrival) {
    if (isCut(from, to)) {
      comeThroughLater(0.3, from, to, arrival);
      return;
    }
    to.heard(from);
    to.deliver(arrival);
  }

  private void comeThroughLater(
      double probability, SimulatedNode from, SimulatedNode to, Runnable arrival) {
    if (simulation.chance(probability)) {
      simulation.after(simulation.between(100, 2_500), () -> arrive(from, to, arrival));
    }
  }

  /** Delivers sooner or later, as gossip does, unless one of both is gone. */
  void gossip(SimulatedNode from, SimulatedNode to, long delay, Runnable arrival) {
    simulation.after(
        delay,
        () -> {
          if (to.alive && (isCut(from, to) || !filter.passes(from, to, "gossip"))) {
            gossip(from, to, simulation.between(200, 900), arrival);
          } else {
            to.deliver(arrival);
          }
        });
  }
}
