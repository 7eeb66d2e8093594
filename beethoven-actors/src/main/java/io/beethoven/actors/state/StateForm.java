package io.beethoven.actors.state;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The shape of a state file's document. Nodes, incarnations and epochs are written as in the log,
 * durations as ISO-8601, names of enumerations as in Java.
 *
 * @param cluster the cluster's name
 * @param node the node that it is of
 * @param promised the epoch below which it obeys nothing
 * @param voters the voters that it stored last
 * @param edits the edited definitions that it stored last
 * @param longestLease the longest lease term of the nodes that it gave credit to
 */
record StateForm(
    String cluster,
    String node,
    String promised,
    VotersForm voters,
    EditsForm edits,
    String longestLease) {

  /** {@link Voters}; {@code next} is empty unless a change is on its way. */
  record VotersForm(
      String cluster,
      long version,
      String proposer,
      List<String> current,
      boolean joint,
      List<String> next) {}

  /** {@link Edits}. */
  record EditsForm(String cluster, int voters, String epoch, long seq, List<RoleForm> roles) {}

  /** {@link RoleSpec}. */
  record RoleForm(
      String name,
      int count,
      Map<String, String> arguments,
      RoleSpec.Readiness readiness,
      boolean oneShot,
      String readyDeadline,
      String stopDeadline,
      RoleSpec.HandOver handOver,
      boolean fenced) {

    static RoleForm of(RoleSpec spec) {
      return new RoleForm(
          spec.name().value(),
          spec.count(),
          spec.arguments(),
          spec.readiness(),
          spec.oneShot(),
          spec.readyDeadline().toString(),
          spec.stopDeadline().toString(),
          spec.handOver(),
          spec.fenced());
    }

    RoleSpec spec() {
      return new RoleSpec(
          new RoleName(name),
          count,
          arguments,
          readiness,
          oneShot,
          duration(readyDeadline),
          duration(stopDeadline),
          handOver,
          fenced);
    }
  }

  static StateForm of(String cluster, NodeId node, Durable durable) {
    Voters voters = durable.voters();
    Edits edits = durable.edits();
    return new StateForm(
        cluster,
        node.toString(),
        durable.promised().toString(),
        new VotersForm(
            Long.toHexString(voters.cluster()),
            voters.version(),
            voters.proposer().toString(),
            texts(voters.current()),
            voters.isJoint(),
            voters.next().map(StateForm::texts).orElse(List.of())),
        new EditsForm(
            Long.toHexString(edits.cluster()),
            edits.voters(),
            edits.epoch().toString(),
            edits.seq(),
            edits.specs().stream().map(RoleForm::of).toList()),
        durable.longestLease().toString());
  }

  /**
   * Returns what it says.
   *
   * @throws IllegalArgumentException if a part of it is not of its form
   */
  Durable durable() {
    if (!voters.joint && !voters.next.isEmpty()) {
      throw new IllegalArgumentException("next voters without a change");
    }
    Set<String> names = new HashSet<>();
    for (RoleForm role : edits.roles) {
      if (!names.add(role.name)) {
        throw new IllegalArgumentException("two definitions of role " + role.name);
      }
    }
    return new Durable(
        new Voters(
            Long.parseUnsignedLong(voters.cluster, 16),
            voters.version,
            epoch(voters.proposer),
            set(voters.current),
            voters.joint ? Optional.of(set(voters.next)) : Optional.empty()),
        epoch(promised),
        new Edits(
            Long.parseUnsignedLong(edits.cluster, 16),
            edits.voters,
            epoch(edits.epoch),
            edits.seq,
            edits.roles.stream().map(RoleForm::spec).toList()),
        duration(longestLease));
  }

  private static List<String> texts(VoterSet set) {
    return set.stream().map(Incarnation::toString).toList();
  }

  private static VoterSet set(List<String> texts) {
    return new VoterSet(texts.stream().map(StateForm::incarnation).toList());
  }

  private static Incarnation incarnation(String text) {
    int hash = text.lastIndexOf('#');
    if (hash < 0) {
      throw new IllegalArgumentException("voter must be host:port#uid, was \"" + text + "\"");
    }
    return new Incarnation(
        NodeId.parse(text.substring(0, hash)),
        Long.parseUnsignedLong(text.substring(hash + 1), 16));
  }

  private static Epoch epoch(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      throw new IllegalArgumentException("epoch must be counter@uid, was \"" + text + "\"");
    }
    return new Epoch(
        Long.parseLong(text.substring(0, at)), Long.parseUnsignedLong(text.substring(at + 1), 16));
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("must be a duration, was \"" + text + "\"", e);
    }
  }
}
