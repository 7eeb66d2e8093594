package io.beethoven.grant;

import static io.beethoven.grant.ProtocolSimulation.MILLI;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Instances.Instance;
import io.beethoven.grant.ParticipantEffect.Cause;
import io.beethoven.grant.Scenario.Fault;
import io.beethoven.model.RoleSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What goes wrong in a run, and its end. */
final class Faults {

  private static final int MOST_ALIVE = 7;

  private final ProtocolSimulation simulation;
  private final NetworkFaults network;
  private int edits;

  Faults(ProtocolSimulation simulation) {
    this.simulation = simulation;
    this.network = new NetworkFaults(simulation);
  }

  void happen(Fault fault) {
    RandomGenerator random = fault.random();
    List<SimulatedNode> alive = simulation.alive();
    if (alive.isEmpty()) {
      if (fault.kind() == Scenario.Kind.RESTART) {
        restart(random);
      }
      return;
    }
    SimulatedNode one = alive.get(random.nextInt(alive.size()));
    switch (fault.kind()) {
      case CRASH -> one.die(false);
      case CRASH_TWO -> crashTwo(alive, random);
      case CRASH_SILENTLY -> one.die(true);
      case CRASH_IN_STEP -> one.diesAfterEffects = 1 + random.nextInt(12);
      case CRASH_AND_RESTART -> crashAndRestart(one, random);
      case CRASH_SUCCESSOR -> crashSuccessor(one);
      case FREEZE -> freeze(one, random, false);
      case SUSPEND -> freeze(one, random, true);
      case FREEZE_AND_KILL -> freezeAndKill(one, random);
      case CUT_SIDES -> network.cutSides(alive, random);
      case CUT_SOME -> network.cutSome(alive, random);
      case MOVE_CUT -> {
        simulation.wires.heal();
        network.cutSides(alive, random);
      }
      case SLOW_LINKS -> network.slowLinks(one, alive, random);
      case HOLD_BACK -> network.holdBack(one, random);
      case LATE_COPIES -> network.lateCopies(one, random);
      case AMBUSH -> simulation.wires.begin(new Ambush(simulation, random));
      case HEAL -> simulation.wires.heal();
      case CLOCK_STEP -> one.stepWall((random.nextInt(20_000) - 10_000) * MILLI);
      case JOIN -> join(alive, random);
      case RESTART -> restart(random);
      case FULL_RESTART -> fullRestart(alive, random);
      case LEAVE -> leave(one, random);
      case RESOLVE -> one.deliver(one.membership::resolve);
      case EDIT -> edit(alive, random);
      case ADD_ALLOCATOR -> addAllocator(one);
      case FORCE_QUORUM -> forceQuorum(one);
      case FALSE_PROOF -> falseProof(one, alive, random);
    }
  }

  private void crashTwo(List<SimulatedNode> alive, RandomGenerator random) {
    SimulatedNode first = alive.get(random.nextInt(alive.size()));
    SimulatedNode second = alive.get(random.nextInt(alive.size()));
    first.die(false);
    simulation.after(random.nextLong(10 * MILLI), () -> second.die(false));
  }

  private void crashAndRestart(SimulatedNode one, RandomGenerator random) {
    one.die(random.nextInt(3) == 0);
    boolean keepsDisk = random.nextInt(8) != 0;
    simulation.after(
        (50 + random.nextInt(1_500)) * MILLI,
        () -> new Founding(simulation).rejoin(one.host, keepsDisk));
  }

  /** A node dies, and so does whoever succeeds it, while it starts. */
  private void crashSuccessor(SimulatedNode one) {
    one.die(false);
    for (int pause = 2; pause < 40; pause += 2) {
      simulation.after(
          pause * MILLI,
          () ->
              simulation.alive().stream()
                  .flatMap(node -> node.instances.all().stream())
                  .filter(instance -> instance.cause == Cause.SUCCESSION && !instance.ready)
                  .map(instance -> instance.node)
                  .findFirst()
                  .ifPresent(node -> node.die(false)));
    }
  }

  private void freeze(SimulatedNode one, RandomGenerator random, boolean suspend) {
    if (!one.frozen) {
      one.freeze(suspend);
      long most = random.nextInt(3) == 0 ? 1_500 : 6_000;
      simulation.after((20 + random.nextLong(most)) * MILLI, one::thaw);
    }
  }

  private void freezeAndKill(SimulatedNode one, RandomGenerator random) {
    if (!one.frozen) {
      one.freeze(false);
      simulation.after((20 + random.nextLong(4_000)) * MILLI, () -> one.die(false));
    }
  }

  private void join(List<SimulatedNode> alive, RandomGenerator random) {
    int host = random.nextBoolean() ? simulation.newHost() : -1;
    if (host >= 0 && alive.size() < MOST_ALIVE) {
      new Founding(simulation).join(host, Durable.NOTHING);
    } else {
      restart(random);
    }
  }

  private void restart(RandomGenerator random) {
    List<Integer> empty = simulation.emptyHosts();
    if (!empty.isEmpty() && simulation.alive().size() < MOST_ALIVE) {
      int host = empty.get(random.nextInt(empty.size()));
      new Founding(simulation).rejoin(host, random.nextInt(8) != 0);
    }
  }

  private void fullRestart(List<SimulatedNode> alive, RandomGenerator random) {
    simulation.counts.add(Counts.Of.FULL_RESTARTS);
    for (SimulatedNode node : alive) {
      simulation.after(random.nextLong(300 * MILLI), () -> node.die(random.nextBoolean()));
      simulation.after(
          (400 + random.nextLong(2_500)) * MILLI,
          () -> new Founding(simulation).rejoin(node.host, true));
    }
  }

  private void leave(SimulatedNode one, RandomGenerator random) {
    boolean others =
        simulation.alive().stream().anyMatch(node -> node != one && node.joined && !node.leaving);
    if (one.joined && !one.alone && !one.leaving && others) {
      int patience = 300 + random.nextInt(3_000);
      int lingers = random.nextInt(5_000);
      one.deliver(() -> new Departure(one, patience, lingers).begin());
    }
  }

  private void edit(List<SimulatedNode> alive, RandomGenerator random) {
    List<SimulatedAllocator> issuing = new ArrayList<>();
    for (SimulatedNode node : alive) {
      node.allocators.stream().filter(a -> a.core.isIssuing()).forEach(issuing::add);
    }
    if (issuing.isEmpty()) {
      return;
    }
    SimulatedAllocator allocator = issuing.get(random.nextInt(issuing.size()));
    edits++;
    String marker = "edit-" + edits;
    List<RoleSpec> roles = simulation.scenario.roles();
    RoleSpec role = roles.get(random.nextInt(roles.size())).withCount(1 + random.nextInt(4));
    allocator.node.deliver(
        () -> {
          if (random.nextInt(3) != 0) {
            simulation.invariants.onEdit(role);
            allocator.edit(role);
          }
          allocator.edit(Scenario.role(marker, 1, role.handOver(), true));
        });
  }

  private void addAllocator(SimulatedNode one) {
    if (one.joined && !one.leaving && one.allocators.isEmpty()) {
      one.deliver(() -> one.allocators.add(new SimulatedAllocator(one, false)));
    }
  }

  /** The operator looks first whether those that are silent are gone, and who knows most. */
  /** The operator is right at the moment at which the node takes the command in. */
  private void forceQuorum(SimulatedNode one) {
    one.deliver(
        () -> {
          Voters voters = one.participant.voters();
          boolean member = one.joined && !one.alone && voters.cluster() == Founding.CLUSTER;
          if (member && (isSure(one, voters) || !simulation.scenario.sound())) {
            simulation.counts.add(Counts.Of.FORCED_QUORUMS);
            simulation.invariants.edits.keepWhatIsAt(Set.of(one.id.node()));
            simulation.invariants.deaths.declare(
                one, () -> one.step(one.participant.forceQuorum(one.moment()), null));
          }
        });
  }

  /**
   * Nobody whom the node would declare dead lives, nobody, nor any disk, knows later voters, and no
   * disk belongs to the last voter of the cluster, whose next life would go on alone.
   */
  private boolean isSure(SimulatedNode one, Voters voters) {
    boolean isLatest =
        simulation.disks.values().stream()
            .map(Durable::voters)
            .filter(kept -> kept.cluster() == voters.cluster())
            .noneMatch(kept -> kept.compareTo(voters) > 0);
    boolean goesOnElsewhere =
        simulation.disks.entrySet().stream()
            .filter(disk -> !disk.getKey().equals(one.id.node()))
            .filter(disk -> disk.getValue().voters().cluster() == voters.cluster())
            .anyMatch(
                disk ->
                    disk.getValue().voters().all().stream()
                        .allMatch(voter -> voter.node().equals(disk.getKey())));
    return isLatest
        && !goesOnElsewhere
        && !one.isClockBehind()
        && simulation.alive().stream()
            .filter(other -> other != one)
            .noneMatch(
                other ->
                    other.participant.voters().compareTo(voters) > 0
                        || (voters.contains(other.id) && !one.hasContact(other.id)));
  }

  /** One node is mistaken, or most are. */
  private void falseProof(SimulatedNode one, List<SimulatedNode> alive, RandomGenerator random) {
    if (random.nextBoolean()) {
      SimulatedNode peer = alive.get(random.nextInt(alive.size()));
      peer.deliver(() -> peer.prove(one.id));
      return;
    }
    for (SimulatedNode peer : alive) {
      if (peer != one && random.nextInt(3) != 0) {
        peer.deliver(() -> peer.prove(one.id));
      }
    }
  }

  /** Nothing goes wrong any more, and every address has a process again. */
  void end() {
    simulation.note("the faults are over");
    simulation.chaos = false;
    simulation.wires.calm();
    for (SimulatedNode node : simulation.alive()) {
      node.diesAfterEffects = 0;
      if (node.frozen) {
        node.thaw();
      }
    }
    simulation.after(200 * MILLI, this::refill);
    for (int pause = 5_000; pause < ProtocolSimulation.HEALING_MILLIS; pause += 4_000) {
      simulation.after(
          pause * MILLI,
          () -> {
            refill();
            simulation.alive().forEach(node -> node.deliver(node.membership::resolve));
          });
    }
  }

  private void refill() {
    for (int host : simulation.emptyHosts()) {
      new Founding(simulation).rejoin(host, true);
    }
  }

  static boolean isStarting(Instance instance) {
    return !instance.ready && instance.cause == Cause.SUCCESSION;
  }
}
