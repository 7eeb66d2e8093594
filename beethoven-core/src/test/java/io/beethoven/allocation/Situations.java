package io.beethoven.allocation;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.AllocationPlan.Assignment;
import io.beethoven.model.AllocationPlan.Succession;
import io.beethoven.model.Candidate;
import io.beethoven.model.Epoch;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Situation;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Situations to plan for, and what becomes of them when nodes obey. */
final class Situations {

  static final Epoch EPOCH = new Epoch(1, 1);
  static final RoleName WORK = new RoleName("work");

  private Situations() {}

  static Incarnation node(int index) {
    return new Incarnation(new NodeId("127.0.0." + (index + 1), 25520), index + 1);
  }

  static Token token(long seq) {
    return new Token(EPOCH, seq);
  }

  static Slot slot(int index) {
    return new Slot(WORK, index);
  }

  static RoleSpec spec(RoleName name, int count, HandOver handOver) {
    return new RoleSpec(
        name,
        count,
        Map.of(),
        Readiness.ON_START,
        false,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        handOver,
        true);
  }

  static RoleSpec spec(int count) {
    return spec(WORK, count, HandOver.STOP_FIRST);
  }

  static Candidate open(int index, RoleName... roles) {
    return new Candidate(
        node(index), new HashSet<>(Arrays.asList(roles)), Map.of(), Optional.empty(), false);
  }

  static Candidate leaving(int index) {
    return new Candidate(node(index), Set.of(WORK), Map.of(), Optional.of("is leaving"), true);
  }

  /** So many nodes that can run {@link #WORK}. */
  static List<Candidate> open(int nodes) {
    return IntStream.range(0, nodes).mapToObj(index -> open(index, WORK)).toList();
  }

  static Holding right(int slot, int node, long seq, Phase phase) {
    return new Holding(slot(slot), node(node), token(seq), phase, Set.of(), false);
  }

  static Holding running(int slot, int node, long seq) {
    return right(slot, node, seq, Phase.RUNNING);
  }

  static Holding reserved(int slot, int node, long seq, int... condition) {
    Set<Incarnation> nodes = new TreeSet<>();
    Arrays.stream(condition).forEach(index -> nodes.add(node(index)));
    return new Holding(slot(slot), node(node), token(seq), Phase.RESERVED, nodes, false);
  }

  static Holding pending(Holding holding) {
    return new Holding(
        holding.slot(),
        holding.node(),
        holding.token(),
        holding.phase(),
        holding.condition(),
        true);
  }

  static AllocationPlan plan(RoleSpec spec, List<Candidate> candidates, Holding... holdings) {
    return Planner.plan(Situation.of(List.of(spec), candidates, List.of(holdings)));
  }

  static Situation with(Situation situation, List<Holding> holdings) {
    return new Situation(
        situation.specs(),
        situation.candidates(),
        holdings,
        situation.dead(),
        Set.of(),
        situation.foreign());
  }

  static Situation with(Situation situation, Set<Holding> overdue) {
    return new Situation(
        situation.specs(),
        situation.candidates(),
        situation.holdings(),
        situation.dead(),
        overdue,
        situation.foreign());
  }

  /** The same, listed otherwise. */
  static Situation shuffled(Situation situation, Random random) {
    List<RoleSpec> specs = new ArrayList<>(situation.specs());
    List<Candidate> candidates = new ArrayList<>(situation.candidates());
    List<Holding> holdings = new ArrayList<>(situation.holdings());
    Collections.shuffle(specs, random);
    Collections.shuffle(candidates, random);
    Collections.shuffle(holdings, random);
    return new Situation(
        specs, candidates, holdings, situation.dead(), situation.overdue(), situation.foreign());
  }

  /** What is held once every node has obeyed the plan and answered. */
  static List<Holding> obeyed(Situation situation, AllocationPlan plan, long firstSeq) {
    Map<String, Holding> held = new HashMap<>();
    situation.holdings().stream()
        .filter(holding -> !ends(holding, plan))
        .forEach(holding -> held.put(key(holding.slot(), holding.node()), settled(holding)));
    Epoch epoch = new Epoch(situation.foreign().counter() + 1, 1);
    long seq = firstSeq;
    for (Assignment given : plan.grant()) {
      held.put(
          key(given.slot(), given.node()),
          new Holding(
              given.slot(), given.node(), new Token(epoch, ++seq), Phase.RUNNING, Set.of(), false));
    }
    for (Succession next : plan.reserve()) {
      held.put(
          key(next.slot(), next.node()),
          new Holding(
              next.slot(),
              next.node(),
              new Token(epoch, ++seq),
              Phase.RESERVED,
              next.condition(),
              false));
    }
    return held.values().stream().sorted().toList();
  }

  private static String key(Slot slot, Incarnation node) {
    return slot + "@" + node;
  }

  private static boolean ends(Holding holding, AllocationPlan plan) {
    return holding.phase() == Phase.ENDING
        || holding.phase() == Phase.WITHDRAWN
        || plan.revoke().contains(holding)
        || plan.withdraw().contains(holding);
  }

  private static Holding settled(Holding holding) {
    Phase phase = holding.phase() == Phase.ORDERED ? Phase.RUNNING : holding.phase();
    return new Holding(
        holding.slot(), holding.node(), holding.token(), phase, holding.condition(), false);
  }

  static boolean isEmpty(AllocationPlan plan) {
    return plan.grant().isEmpty()
        && plan.revoke().isEmpty()
        && plan.reserve().isEmpty()
        && plan.withdraw().isEmpty();
  }
}
