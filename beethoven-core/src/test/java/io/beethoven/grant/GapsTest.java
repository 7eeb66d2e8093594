package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Scenario.Network;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long a role is short of instances when one node is cut off from all others for some time, for
 * every length of the cut. The random runs say only that a cluster heals.
 */
@Tag("slow")
class GapsTest {

  private static final int NODES = 5;
  private static final int ALLOCATOR = 0;
  private static final int BEGIN = 4_000;
  private static final int STEP = 20;
  private static final int SHORTEST = 1_000;
  private static final int LONGEST = 5_000;
  private static final int AFTER_IT = 7_000;
  private static final int PAIRS = Integer.getInteger("gaps.pairs", 200);

  /**
   * The right of a silent node lasts for its lease; from then on it takes the rest of the bound.
   */
  private static final int MOST_WHEN_SILENT = 2_500;

  private static final int MOST_WHEN_TWO = 6_500;

  /** Deaths are proved in some milliseconds here; where nobody stands ready all are asked first. */
  private static final int MOST_WHEN_KILLED = 500;

  /**
   * After how many milliseconds nothing reaches the node any more, and nothing leaves it. Where one
   * way is cut TCP ends the other one as well, as soon as it has to send again what nobody
   * acknowledged.
   */
  enum Cut {
    BOTH(0, 0),
    DEAF(0, 400),
    MUTE(400, 0);

    private final int deafAfter;
    private final int muteAfter;

    Cut(int deafAfter, int muteAfter) {
      this.deafAfter = deafAfter;
      this.muteAfter = muteAfter;
    }
  }

  private static final List<RoleSpec> ROLES =
      List.of(role("alpha", 1), role("beta", 2), role("gamma", 3));

  private static final List<Integer> SEEDS = seeds(Integer.getInteger("gaps.seeds", 8));
  private static final List<Integer> FEW_SEEDS = SEEDS.subList(0, 2);

  private static RoleSpec role(String name, int count) {
    return Scenario.role(name, count, HandOver.STOP_FIRST, true);
  }

  @ParameterizedTest
  @CsvSource({"BOTH, 0", "DEAF, 0", "MUTE, 0", "BOTH, 1", "DEAF, 1", "MUTE, 1"})
  void shouldBeShortNoLongerThanTheBoundForAnyLengthOfACut(Cut cut, int victim) {
    forAnyLength(
        victim,
        (simulation, length) -> {
          cut(simulation, cut, victim, 0);
          at(simulation, length, simulation.wires::heal);
        });
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "true, 0", "false, 1", "true, 1"})
  void shouldBeShortNoLongerThanTheBoundForAnyLengthOfAFreeze(boolean killed, int victim) {
    forAnyLength(
        victim,
        (simulation, length) -> {
          SimulatedNode node = node(simulation, victim);
          at(simulation, 0, () -> node.freeze(false));
          at(simulation, length, killed ? () -> node.die(false) : node::thaw);
        });
  }

  /** The second dies at whatever moment after the first one. */
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "1, 2"})
  void shouldBeShortForAMomentWhenTwoAreKilled(int first, int second) {
    int worst = 0;
    for (int pause = 0; pause <= 200; pause += 10) {
      int after = pause;
      int gap =
          check(
              "the second after " + pause + " ms",
              MOST_WHEN_KILLED,
              FEW_SEEDS,
              simulation -> {
                at(simulation, 0, () -> node(simulation, first).die(false));
                at(simulation, after, () -> node(simulation, second).die(false));
              },
              0);
      worst = Math.max(worst, gap);
    }
    assertThat(worst).as("measured").isPositive();
  }

  /**
   * A cut or a freeze, and when it is over, or up to 4 s later, another one or a kill. Where the
   * second one falls into the time in which the cluster gets over the first, both are waited for.
   */
  @Test
  void shouldBeShortNoLongerThanTwoBoundsWhenAnotherFaultFollows() {
    int worst = 0;
    for (int seed : seeds(PAIRS)) {
      RandomGenerator random = new SplittableRandom(seed);
      int first = random.nextInt(NODES);
      int second = random.nextInt(NODES);
      int begin = random.nextInt(500, 6_500);
      int pause = random.nextInt(4_000);
      int end = begin + pause + random.nextInt(500, 5_500);
      List<Integer> kinds = List.of(random.nextInt(4), random.nextInt(5));
      Prepared faults =
          simulation -> {
            happen(simulation, kinds.get(0), first, 0, begin);
            happen(simulation, kinds.get(1), second, begin + pause, end);
          };
      worst = Math.max(worst, check("of kinds " + kinds, MOST_WHEN_TWO, faults, end, seed));
    }
    assertThat(worst).as("measured").isGreaterThan(MOST_WHEN_SILENT / 2);
  }

  /**
   * What was lost in a cut TCP sends again ever more seldom: each way of each link is open again at
   * some time between the end of the cut and as long again after it.
   */
  @Test
  void shouldBeShortNoLongerThanTheBoundWhenLinksComeBackOneByOne() {
    int worst = 0;
    for (int seed : seeds(PAIRS)) {
      RandomGenerator random = new SplittableRandom(seed);
      int victim = random.nextInt(NODES);
      int length = random.nextInt(SHORTEST, LONGEST);
      long order = random.nextLong();
      Prepared fault =
          simulation -> {
            RandomGenerator late = new SplittableRandom(order);
            cut(simulation, Cut.BOTH, victim, 0);
            for (int other = 0; other < NODES; other++) {
              int one = other;
              Runnable back = () -> simulation.wires.mend(one, victim);
              Runnable forth = () -> simulation.wires.mend(victim, one);
              at(simulation, length + late.nextInt(length), back);
              at(simulation, length + late.nextInt(length), forth);
            }
          };
      String what = length + " ms long, node " + victim;
      worst = Math.max(worst, check(what, MOST_WHEN_SILENT, fault, 2 * length, seed));
    }
    assertThat(worst).as("measured").isGreaterThan(MOST_WHEN_SILENT / 2);
  }

  private static void happen(
      ProtocolSimulation simulation, int kind, int victim, int begin, int end) {
    SimulatedNode node = node(simulation, victim);
    if (kind < Cut.values().length) {
      cut(simulation, Cut.values()[kind], victim, begin);
      at(simulation, end, simulation.wires::heal);
    } else if (kind == Cut.values().length) {
      at(simulation, begin, () -> node.freeze(false));
      at(simulation, end, node::thaw);
    } else {
      at(simulation, begin, () -> node.die(false));
    }
  }

  private static void cut(ProtocolSimulation simulation, Cut cut, int victim, int begin) {
    for (int other = 0; other < NODES; other++) {
      int one = other;
      at(simulation, begin + cut.deafAfter, () -> simulation.wires.cut(one, victim));
      at(simulation, begin + cut.muteAfter, () -> simulation.wires.cut(victim, one));
    }
  }

  private interface Fault {
    void prepare(ProtocolSimulation simulation, int length);
  }

  private interface Prepared {
    void prepare(ProtocolSimulation simulation);
  }

  private static void forAnyLength(int victim, Fault fault) {
    // What an allocator does that is back depends on a random time, after which it takes over.
    List<Integer> seeds = victim == ALLOCATOR ? SEEDS : FEW_SEEDS;
    int worst = 0;
    for (int millis = SHORTEST; millis <= LONGEST; millis += 100) {
      int length = millis;
      Prepared prepared = simulation -> fault.prepare(simulation, length);
      worst =
          Math.max(worst, check(length + " ms long", MOST_WHEN_SILENT, seeds, prepared, length));
    }
    assertThat(worst).as("measured").isGreaterThan(MOST_WHEN_SILENT / 2);
  }

  private static int check(String what, int most, List<Integer> seeds, Prepared fault, int length) {
    int worst = 0;
    for (int seed : seeds) {
      worst = Math.max(worst, check(what, most, fault, length, seed));
    }
    return worst;
  }

  private static int check(String what, int most, Prepared fault, int length, int seed) {
    int gap = worstGap(fault, length, seed, false);
    if (gap > most) {
      worstGap(fault, length, seed, true);
    }
    assertThat(gap).as("gap in ms, fault %s, seed %s", what, seed).isLessThanOrEqualTo(most);
    return gap;
  }

  private static void at(ProtocolSimulation simulation, int millis, Runnable action) {
    simulation.at((BEGIN + millis) * MILLI, action);
  }

  private static SimulatedNode node(ProtocolSimulation simulation, int host) {
    return simulation.alive().stream().filter(node -> node.host == host).findFirst().orElseThrow();
  }

  /** Returns for how many milliseconds a role was short of instances, at most. */
  private static int worstGap(Prepared fault, int length, long seed, boolean logging) {
    ProtocolSimulation simulation = new ProtocolSimulation(scenario(seed), logging);
    simulation.reliable = true;
    simulation.runUntil(BEGIN - 1);
    fault.prepare(simulation);
    Map<RoleName, Integer> shortSince = new HashMap<>();
    int worst = 0;
    for (int now = BEGIN; now <= BEGIN + length + AFTER_IT; now += STEP) {
      simulation.runUntil(now);
      int at = now;
      for (RoleSpec role : ROLES) {
        if (running(simulation, role.name()) >= role.count()) {
          shortSince.remove(role.name());
        } else {
          int since = shortSince.computeIfAbsent(role.name(), key -> at);
          worst = Math.max(worst, now - since);
        }
      }
    }
    if (logging) {
      simulation.log().forEach(System.out::println);
    }
    return worst;
  }

  private static Scenario scenario(long seed) {
    return new Scenario(
        seed, NODES, 3, NODES, ROLES, Network.GOOD, true, false, true, List.of(), 60_000);
  }

  /** Returns seeds with which every node can run every role, so that none has to wait for one. */
  private static List<Integer> seeds(int count) {
    return IntStream.iterate(0, seed -> seed + 1)
        .filter(
            seed ->
                new ProtocolSimulation(scenario(seed), false)
                    .alive().stream().allMatch(node -> node.implementations.size() == ROLES.size()))
        .limit(count)
        .boxed()
        .toList();
  }

  private static long running(ProtocolSimulation simulation, RoleName role) {
    return simulation.alive().stream()
        .flatMap(node -> node.instances.all().stream())
        .filter(instance -> instance.slot.role().equals(role))
        .filter(instance -> instance.ready && instance.isValid())
        .count();
  }
}
