package io.beethoven.grant;

import io.beethoven.grant.ParticipantEffect.Cause;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The role instances of one process. */
final class Instances {

  private final SimulatedNode node;
  private final ProtocolSimulation simulation;
  private final Map<Slot, Instance> running = new TreeMap<>();
  private boolean watching;

  /** An instance, from its start until it has really stopped. */
  static final class Instance {
    final SimulatedNode node;
    final Slot slot;
    final RoleSpec spec;
    final Cause cause;
    Token token;

    /** Its right is gone for ever. */
    boolean isVoid;

    boolean ready;
    boolean stopping;

    Instance(SimulatedNode node, Start start) {
      this.node = node;
      this.slot = start.slot();
      this.spec = start.spec();
      this.cause = start.cause();
      this.token = start.token();
    }

    /** What {@code isGranted()} would say. */
    boolean isValid() {
      return !isVoid && node.alive && LeaseAccount.holds(node.leaseUntil, node.moment());
    }

    @Override
    public String toString() {
      return slot + " " + token + " at " + node;
    }
  }

  Instances(SimulatedNode node) {
    this.node = node;
    this.simulation = node.simulation;
  }

  Collection<Instance> all() {
    return running.values();
  }

  void start(Start start) {
    Instance instance = new Instance(node, start);
    simulation.note("%s starts %s by %s", node, instance, start.cause());
    simulation.counts.add(Counts.Of.STARTS);
    if (start.cause() == Cause.SUCCESSION) {
      simulation.counts.add(Counts.Of.SUCCESSIONS);
    }
    if (running.containsKey(start.slot())) {
      throw new Violation("started again before it stopped: " + running.get(start.slot()));
    }
    running.put(start.slot(), instance);
    simulation.invariants.onStart(instance);
    watch();
    boolean never = isUnreliable() && simulation.chance(0.04);
    if (never) {
      node.local(start.spec().readyDeadline().toNanos(), () -> giveUp(instance));
    } else {
      boolean slow = isUnreliable() && simulation.chance(0.15);
      node.local(
          slow ? simulation.between(300, 1_900) : simulation.between(1, 60),
          () -> becomeReady(instance));
    }
  }

  private boolean isUnreliable() {
    return simulation.chaos && !simulation.reliable;
  }

  private boolean isCurrent(Instance instance) {
    return running.get(instance.slot) == instance && !instance.stopping && !instance.isVoid;
  }

  private void becomeReady(Instance instance) {
    if (!isCurrent(instance)) {
      return;
    }
    instance.ready = true;
    change(instance, InstanceState.RUNNING);
    if (isUnreliable() && simulation.chance(0.05)) {
      node.local(simulation.between(10, 3_000), () -> fail(instance));
    }
  }

  private void fail(Instance instance) {
    if (isCurrent(instance) && simulation.chaos) {
      instance.ready = false;
      change(instance, InstanceState.RESTARTING);
      boolean lasting = simulation.chance(0.5);
      node.local(
          simulation.between(50, 400),
          () -> {
            if (lasting) {
              giveUp(instance);
            } else {
              becomeReady(instance);
            }
          });
    }
  }

  private void change(Instance instance, InstanceState state) {
    node.step(node.participant.changed(instance.slot, state, node.moment()), null);
  }

  private void giveUp(Instance instance) {
    if (isCurrent(instance)) {
      simulation.note("%s gives up %s", node, instance);
      simulation.counts.add(Counts.Of.GIVE_UPS);
      running.remove(instance.slot);
      node.step(node.participant.gaveUp(instance.slot, "broken", node.moment()), null);
    }
  }

  void stop(Slot slot) {
    Instance instance = running.get(slot);
    if (instance == null) {
      // It has ended at this very moment, which is being said.
      return;
    }
    if (instance.stopping) {
      throw new Violation("stopped twice: " + slot + " at " + node);
    }
    simulation.note("%s stops %s", node, instance);
    end(instance);
  }

  void forfeit(Slot slot) {
    Instance instance = running.get(slot);
    if (instance == null) {
      return;
    }
    simulation.note("%s forfeits %s", node, instance);
    simulation.counts.add(Counts.Of.FORFEITS);
    instance.isVoid = true;
    if (!instance.stopping) {
      end(instance);
    }
  }

  private void end(Instance instance) {
    instance.stopping = true;
    boolean slow = isUnreliable() && simulation.chance(instance.spec.fenced() ? 0.1 : 0.5);
    long most = instance.spec.fenced() ? 2_500 : instance.spec.stopDeadline().toMillis() - 20;
    node.local(
        slow ? simulation.between(100, most) : simulation.between(0.5, 40),
        () -> {
          running.remove(instance.slot);
          simulation.note("%s has stopped %s", node, instance);
          node.step(node.participant.stopped(instance.slot, node.moment()), null);
        });
  }

  void retoken(Slot slot, Token token) {
    Instance instance = running.get(slot);
    if (instance == null) {
      throw new Violation("new token for what does not run: " + slot + " at " + node);
    }
    simulation.note("%s has token %s now for %s", node, token, instance);
    simulation.counts.add(Counts.Of.RETOKENS);
    instance.token = token;
    simulation.invariants.onToken(instance);
  }

  /** The lease is another one: whatever was invalid before stays so. */
  void leaseChanges() {
    for (Instance instance : running.values()) {
      if (!instance.isVoid && !instance.isValid()) {
        throw new Violation("a right that had ended was not forfeited: " + instance);
      }
    }
  }

  /** As the watchdog does: when the lease ends, says so at once. */
  void watch() {
    if (!watching && node.leaseUntil.isPresent() && !running.isEmpty()) {
      watching = true;
      long nanos = node.leaseUntil.get().nanos() - node.moment().nanos();
      node.local(
          Math.max(MILLI_FRACTION, nanos + nanos / 500),
          () -> {
            watching = false;
            if (!node.departed && !LeaseAccount.holds(node.leaseUntil, node.moment())) {
              node.step(node.participant.tick(node.moment()), null);
            }
            watch();
          });
    }
  }

  private static final long MILLI_FRACTION = ProtocolSimulation.MILLI / 10;

  List<Instance> copy() {
    return new ArrayList<>(running.values());
  }
}
