package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import io.beethoven.grant.Contact.Credit;
import io.beethoven.grant.Contact.CreditRequest;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.StoreVoters;
import io.beethoven.grant.Scenario.Network;
import io.beethoven.grant.Wires.Effect;
import io.beethoven.grant.Wires.Weather;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import java.util.List;

/**
 * Schedules written by hand for what random runs hardly reach. Each is run with several seeds,
 * which make other delays.
 */
final class Schedules {

  /** A schedule that was set up and not run yet, and how long to run it. */
  enum Named {
    /** A change of voters that one of them did not store, and then the others die. */
    VOTERS_OF_A_QUORUM(14_000),
    /** A node that hears of new voters from nobody but those that give it credit. */
    CREDIT_WITHOUT_VOTERS(14_000),
    /** A process that lingers after a goodbye which one of two nodes did not hear. */
    LINGERING_GOODBYE(12_000),
    /** A joiner that one voter has not heard of, which is the only one left in the end. */
    UNKNOWN_JOINER(9_000),
    /** Two allocators that hear everybody but each other. */
    DUEL(22_000),
    /** A joiner with the lowest address becomes a voter. */
    LOWEST_JOINER(6_000),
    /** An order for a former session comes long after the node was excluded. */
    FORMER_SESSION(12_000),
    /** A block ends between its two rounds, since somebody else reigns. */
    BLOCK_THAT_ENDED(9_000),
    /** All but one of the voters die, return elsewhere in the network, and are a majority. */
    RETURNED_MAJORITY(14_000);

    final int millis;

    Named(int millis) {
      this.millis = millis;
    }
  }

  private final ProtocolSimulation simulation;

  Schedules(ProtocolSimulation simulation) {
    this.simulation = simulation;
  }

  /**
   * Runs a schedule.
   *
   * @throws Violation if something does not hold
   */
  static ProtocolSimulation run(Named named, long seed, boolean logging) {
    ProtocolSimulation simulation = new ProtocolSimulation(scenario(named, seed), logging);
    new Schedules(simulation).prepare(named);
    simulation.runUntil(named.millis);
    if (named == Named.DUEL && simulation.counts.of(Counts.Of.EXCLUSIONS) == 0) {
      throw new Violation("the duel does not end: " + simulation.counts);
    }
    if (named == Named.LOWEST_JOINER && simulation.counts.of(Counts.Of.FORFEITS) > 0) {
      throw new Violation("a new voter costs others their lease");
    }
    return simulation;
  }

  static Scenario scenario(Named named, long seed) {
    List<RoleSpec> twoRoles = List.of(role("alpha", 1), role("beta", 2));
    List<RoleSpec> oneEach = List.of(role("alpha", 1), role("beta", 1), role("gamma", 1));
    return switch (named) {
      case VOTERS_OF_A_QUORUM -> scenario(seed, 5, 5, twoRoles);
      case CREDIT_WITHOUT_VOTERS -> scenario(seed, 4, 5, List.of(role("beta", 4)));
      case FORMER_SESSION -> scenario(seed, 3, 3, List.of(role("beta", 3)));
      case LOWEST_JOINER -> scenario(seed, 1, 3, List.of(role("alpha", 1)));
      case LINGERING_GOODBYE, UNKNOWN_JOINER, BLOCK_THAT_ENDED -> scenario(seed, 3, 3, oneEach);
      case DUEL ->
          // Two that do not hear each other both take themselves for the singleton.
          scenario(seed, 3, 3, twoRoles, false);
      case RETURNED_MAJORITY -> scenario(seed, 3, 3, twoRoles);
    };
  }

  private static RoleSpec role(String name, int count) {
    return Scenario.role(name, count, HandOver.STOP_FIRST, true);
  }

  private static Scenario scenario(long seed, int nodes, int maxVoters, List<RoleSpec> roles) {
    return scenario(seed, nodes, maxVoters, roles, true);
  }

  private static Scenario scenario(
      long seed, int nodes, int maxVoters, List<RoleSpec> roles, boolean followsMembership) {
    int voters = Math.min(nodes, 3);
    return new Scenario(
        seed,
        nodes,
        voters,
        maxVoters,
        roles,
        Network.GOOD,
        followsMembership,
        false,
        true,
        List.of(),
        60_000);
  }

  void prepare(Named named) {
    simulation.reliable = true;
    switch (named) {
      case VOTERS_OF_A_QUORUM -> votersOfQuorum();
      case CREDIT_WITHOUT_VOTERS -> creditWithoutVoters();
      case LINGERING_GOODBYE -> lingeringGoodbye();
      case UNKNOWN_JOINER -> unknownJoiner();
      case DUEL -> at(4_000, () -> cutBoth(0, 1));
      case LOWEST_JOINER ->
          at(3_000, () -> new Founding(simulation).join(Incarnations.LOWEST, Durable.NOTHING));
      case FORMER_SESSION -> formerSession();
      case BLOCK_THAT_ENDED -> blockThatEnded();
      case RETURNED_MAJORITY -> returnedMajority();
    }
  }

  private void at(int millis, Runnable action) {
    simulation.at(millis * MILLI, action);
  }

  private SimulatedNode node(int host) {
    return simulation.alive().stream().filter(node -> node.host == host).findFirst().orElseThrow();
  }

  private void cutBoth(int a, int b) {
    simulation.wires.cutBoth(a, b);
  }

  private void votersOfQuorum() {
    // Node 2 hears nobody from the moment at which the change begins.
    boolean[] begun = new boolean[1];
    simulation.wires.filter =
        (from, to, what) -> {
          begun[0] |= what instanceof StoreVoters;
          return !begun[0] || to.host != 2;
        };
    at(
        1_500,
        () -> {
          node(0).die(false);
          node(1).die(false);
          cutBoth(2, 3);
          cutBoth(2, 4);
        });
  }

  private void creditWithoutVoters() {
    at(3_000, () -> new Founding(simulation).join(4, Durable.NOTHING));
    at(3_000, () -> new Founding(simulation).join(5, Durable.NOTHING));
    boolean[] apart = new boolean[1];
    simulation.wires.filter =
        (from, to, what) -> {
          // So that 3 does not become a voter.
          boolean unarmed = what instanceof Credit && from.host == 3;
          boolean tellsOf = what instanceof CreditRequest || what instanceof Prepare;
          boolean lost = to.host == 3 && tellsOf && simulation.now() > 2_000 * MILLI;
          boolean unblocked = what instanceof Block && (to.host == 1 || to.host == 2);
          return !unarmed && !lost && !(apart[0] && unblocked);
        };
    at(
        5_000,
        () -> {
          apart[0] = true;
          cutBoth(3, 0);
          cutBoth(3, 4);
          cutBoth(3, 5);
        });
  }

  private void lingeringGoodbye() {
    boolean[] gone = new boolean[1];
    simulation.wires.filter =
        (from, to, what) -> {
          gone[0] |= "goodbye".equals(what);
          boolean apart = from.host + to.host == 1;
          return !(gone[0] && (apart || ("goodbye".equals(what) && to.host == 1)));
        };
    at(3_000, () -> new Departure(node(2), 3_000, 8_000).begin());
  }

  private void unknownJoiner() {
    simulation.wires.filter =
        (from, to, what) -> {
          boolean names =
              what instanceof Prepare || what instanceof StoreVoters || "gossip".equals(what);
          boolean ofJoiner = to.host == 1 && (names || from.host == 3);
          boolean toJoiner = to.host == 3 && from.host == 1;
          return !(simulation.now() > 2_500 * MILLI && (ofJoiner || toJoiner));
        };
    at(3_000, () -> new Founding(simulation).join(3, Durable.NOTHING));
    at(4_000, () -> new Departure(node(2), 3_000, 1_000).begin());
    at(6_000, () -> node(0).die(false));
  }

  private void formerSession() {
    at(2_000, () -> new Founding(simulation).join(3, Durable.NOTHING));
    at(2_000, () -> new Founding(simulation).join(4, Durable.NOTHING));
    at(
        4_000,
        () -> {
          long until = simulation.now() + 2_000 * MILLI;
          simulation.wires.begin(
              new Weather(Grant.class, Wires.ANY, 3, until, Effect.LATE, 6_000, 6_000));
          RoleSpec more = role("beta", 4);
          simulation.invariants.onEdit(more);
          node(0).allocators.get(0).edit(more);
        });
    at(4_050, () -> List.of(0, 1, 2, 4).forEach(host -> cutBoth(3, host)));
    at(8_500, simulation.wires::heal);
  }

  private void blockThatEnded() {
    boolean[] blocked = new boolean[1];
    simulation.wires.filter =
        (from, to, what) -> {
          if (what instanceof Block && to.host == 2 && !blocked[0]) {
            blocked[0] = true;
            simulation.after(450 * MILLI, this::reignFromTwo);
          }
          return true;
        };
    at(3_000, () -> cutBoth(0, 1));
  }

  private void reignFromTwo() {
    cutBoth(0, 2);
    node(2).allocators.add(new SimulatedAllocator(node(2), false));
  }

  private void returnedMajority() {
    simulation.partsForm = true;
    at(
        3_000,
        () -> {
          node(1).die(false);
          node(2).die(false);
        });
    at(
        3_100,
        () -> {
          cutBoth(0, 1);
          cutBoth(0, 2);
          new Founding(simulation).rejoin(1, true);
          new Founding(simulation).rejoin(2, true);
        });
  }
}
