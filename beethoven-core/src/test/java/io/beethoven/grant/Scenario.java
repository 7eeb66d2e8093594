package io.beethoven.grant;

import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What one run of the simulation is made of: drawn from its seed, or written by hand.
 *
 * @param seed decides everything that is not said here
 * @param nodes how many nodes there are at first
 * @param voters how many of them vote at first; 0 if the first one founds the cluster and the
 *     others join it
 * @param maxVoters how many may vote
 * @param roles what shall run
 * @param network how bad the network is
 * @param followsMembership whether the singleton waits for the membership, as Pekko's does; else it
 *     is at once where the lowest node is that is heard
 * @param twoProfiles whether some nodes have a longer lease than others
 * @param sound whether only the dead are proved dead
 * @param faults what goes wrong, in the order of time
 * @param chaosMillis when nothing goes wrong any more
 */
record Scenario(
    long seed,
    int nodes,
    int voters,
    int maxVoters,
    List<RoleSpec> roles,
    Network network,
    boolean followsMembership,
    boolean twoProfiles,
    boolean sound,
    List<Fault> faults,
    int chaosMillis) {

  /**
   * How bad the network is.
   *
   * @param loss the share of messages that are lost
   * @param slow the share that takes long
   * @param twice the share that arrives twice
   * @param missedProofs the share of deaths that a peer does not notice
   */
  record Network(double loss, double slow, double twice, double missedProofs) {

    static final Network GOOD = new Network(0, 0, 0, 0);
  }

  /**
   * Something that goes wrong, or is done.
   *
   * @param atMillis when
   * @param kind what
   * @param draw decides where and how
   */
  record Fault(int atMillis, Kind kind, long draw) {

    RandomGenerator random() {
      return new SplittableRandom(draw);
    }
  }

  /** What can go wrong, with how often it does in comparison. */
  enum Kind {
    CRASH(10),
    CRASH_TWO(4),
    CRASH_SILENTLY(3),
    CRASH_IN_STEP(5),
    CRASH_AND_RESTART(5),
    CRASH_SUCCESSOR(4),
    FREEZE(9),
    SUSPEND(3),
    FREEZE_AND_KILL(3),
    CUT_SIDES(9),
    CUT_SOME(10),
    MOVE_CUT(3),
    SLOW_LINKS(7),
    HOLD_BACK(6),
    LATE_COPIES(6),
    AMBUSH(12),
    HEAL(16),
    CLOCK_STEP(4),
    JOIN(9),
    RESTART(9),
    FULL_RESTART(1),
    LEAVE(9),
    RESOLVE(4),
    EDIT(7),
    ADD_ALLOCATOR(3),
    FORCE_QUORUM(2),
    FALSE_PROOF(0);

    final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  static final RoleSpec.HandOver[] HAND_OVERS = HandOver.values();

  /** Draws a scenario. */
  static Scenario of(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    int nodes = 2 + random.nextInt(4);
    boolean founded = random.nextInt(4) == 0;
    int voters = founded ? 0 : nodes <= 3 || random.nextBoolean() ? nodes : 3;
    int maxVoters = random.nextInt(3) == 0 ? 9 : Math.max(voters, 3);
    boolean sound = random.nextInt(16) != 0;
    double bad = random.nextInt(3) == 0 ? 0 : random.nextDouble();
    Network network = new Network(bad * 0.1, bad * 0.1, bad * 0.05, bad * 0.1);
    int chaosMillis = 6_000 + random.nextInt(7_000);
    List<Fault> faults = faults(random, sound, chaosMillis);
    return new Scenario(
        seed,
        nodes,
        voters,
        maxVoters,
        roles(random, nodes),
        network,
        random.nextBoolean(),
        random.nextInt(8) == 0,
        sound,
        faults,
        chaosMillis);
  }

  private static List<Fault> faults(RandomGenerator random, boolean sound, int until) {
    Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      // Each run has kinds of which it has much, little or nothing.
      int factor = new int[] {0, 1, 1, 2, 6}[random.nextInt(5)];
      weights.put(kind, kind == Kind.HEAL ? kind.weight : kind.weight * factor);
    }
    if (!sound) {
      weights.put(Kind.FALSE_PROOF, 20);
    }
    int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
    int pause = 150 + random.nextInt(1_000);
    List<Fault> faults = new ArrayList<>();
    for (int at = 1_200; at < until; at += 1 + random.nextInt(2 * pause)) {
      int draw = random.nextInt(sum);
      for (Map.Entry<Kind, Integer> entry : weights.entrySet()) {
        draw -= entry.getValue();
        if (draw < 0) {
          faults.add(new Fault(at, entry.getKey(), random.nextLong()));
          break;
        }
      }
    }
    return faults;
  }

  private static List<RoleSpec> roles(RandomGenerator random, int nodes) {
    List<RoleSpec> roles = new ArrayList<>();
    roles.add(role("alpha", 1, HAND_OVERS[random.nextInt(2)], random.nextInt(4) != 0));
    if (random.nextInt(4) != 0) {
      roles.add(role("beta", Math.min(2, nodes), HAND_OVERS[random.nextInt(2)], true));
    }
    if (random.nextInt(3) == 0) {
      roles.add(role("gamma", 1 + random.nextInt(5), HAND_OVERS[random.nextInt(2)], true));
    }
    return roles;
  }

  static RoleSpec role(String name, int count, HandOver handOver, boolean fenced) {
    return new RoleSpec(
        new RoleName(name),
        count,
        Map.of(),
        Readiness.EXPLICIT,
        false,
        Duration.ofSeconds(2),
        Duration.ofMillis(fenced ? 800 : 4_500),
        handOver,
        fenced);
  }

  Scenario with(List<Fault> others) {
    List<Fault> sorted = new ArrayList<>(others);
    sorted.sort(Comparator.comparingInt(Fault::atMillis));
    return new Scenario(
        seed,
        nodes,
        voters,
        maxVoters,
        roles,
        network,
        followsMembership,
        twoProfiles,
        sound,
        sorted,
        chaosMillis);
  }
}
