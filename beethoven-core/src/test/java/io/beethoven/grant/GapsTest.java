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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long a role is short of instances when one node is cut off from all others for some time, for
 * every length of the cut. The random runs say only that a cluster heals.
 */
@Tag("slow")
class GapsTest {

  private static final int NODES = 5;
  private static final int BEGIN = 4_000;
  private static final int STEP = 20;
  private static final int LONGEST = 9_000;
  private static final int AFTER_IT = 9_000;
  private static final int SEEDS = Integer.getInteger("gaps.seeds", 1);

  /**
   * The right of a silent node lasts for its lease; from then on it takes the rest of the bound.
   */
  private static final int MOST_WHEN_SILENT = 2_500;

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

  private static RoleSpec role(String name, int count) {
    return Scenario.role(name, count, HandOver.STOP_FIRST, true);
  }

  @ParameterizedTest
  @CsvSource({"BOTH, 0", "DEAF, 0", "MUTE, 0", "BOTH, 1", "DEAF, 1", "MUTE, 1"})
  void shouldBeShortNoLongerThanTheBoundForAnyLengthOfACut(Cut cut, int victim) {
    forAnyLength(
        MOST_WHEN_SILENT,
        (simulation, length) -> {
          for (int other = 0; other < NODES; other++) {
            int one = other;
            at(simulation, cut.deafAfter, () -> simulation.wires.cut(one, victim));
            at(simulation, cut.muteAfter, () -> simulation.wires.cut(victim, one));
          }
          at(simulation, length, simulation.wires::heal);
        });
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "true, 0", "false, 1", "true, 1"})
  void shouldBeShortNoLongerThanTheBoundForAnyLengthOfAFreeze(boolean killed, int victim) {
    forAnyLength(
        MOST_WHEN_SILENT,
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
    for (int pause = 0; pause <= 200; pause++) {
      int after = pause;
      check(
          "the second after " + pause + " ms",
          MOST_WHEN_KILLED,
          simulation -> {
            at(simulation, 0, () -> node(simulation, first).die(false));
            at(simulation, after, () -> node(simulation, second).die(false));
          },
          0);
    }
  }

  private interface Fault {
    void prepare(ProtocolSimulation simulation, int length);
  }

  private interface Prepared {
    void prepare(ProtocolSimulation simulation);
  }

  private static void forAnyLength(int most, Fault fault) {
    for (int millis = 500; millis <= LONGEST; millis += 100) {
      int length = millis;
      check(length + " ms long", most, simulation -> fault.prepare(simulation, length), length);
    }
  }

  private static void check(String what, int most, Prepared fault, int length) {
    for (int seed = 0; seed < SEEDS; seed++) {
      int gap = worstGap(fault, length, seed, false);
      if (gap > most) {
        worstGap(fault, length, seed, true);
      }
      assertThat(gap).as("gap in ms, fault %s, seed %s", what, seed).isLessThanOrEqualTo(most);
    }
  }

  private static void at(ProtocolSimulation simulation, int millis, Runnable action) {
    simulation.at((BEGIN + millis) * MILLI, action);
  }

  private static SimulatedNode node(ProtocolSimulation simulation, int host) {
    return simulation.alive().stream().filter(node -> node.host == host).findFirst().orElseThrow();
  }

  /** Returns for how many milliseconds a role was short of instances, at most. */
  private static int worstGap(Prepared fault, int length, long seed, boolean logging) {
    Scenario scenario =
        new Scenario(
            seed, NODES, 3, NODES, ROLES, Network.GOOD, true, false, true, List.of(), 60_000);
    ProtocolSimulation simulation = new ProtocolSimulation(scenario, logging);
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

  private static long running(ProtocolSimulation simulation, RoleName role) {
    return simulation.alive().stream()
        .flatMap(node -> node.instances.all().stream())
        .filter(instance -> instance.slot.role().equals(role))
        .filter(instance -> instance.ready && instance.isValid())
        .count();
  }
}
