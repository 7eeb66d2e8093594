package io.beethoven.actors.protocol;

import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleStatus;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What {@link BeethovenGuardian} is asked, from its own actor system or from another node. Every
 * request is answered with what this node knows at that moment; none waits for readiness.
 */
public sealed interface GuardianRequest extends BeethovenGuardian.Command, WireMessage {

  /**
   * Asks for the online nodes.
   *
   * @param replyTo told once
   */
  record GetActiveNodes(ActorRef<ActiveNodesReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link GetActiveNodes}.
   *
   * @param nodes sorted by address, the answering node included; empty when it is standalone
   */
  record ActiveNodesReply(List<NodeId> nodes) implements WireMessage {}

  /**
   * Asks for every node ever seen.
   *
   * @param replyTo told once
   */
  record GetClusterNodes(ActorRef<ClusterNodesReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link GetClusterNodes}.
   *
   * @param nodes sorted by address, offline nodes included
   */
  record ClusterNodesReply(List<ClusterNode> nodes) implements WireMessage {}

  /**
   * Asks whether the node is clustered or standalone.
   *
   * @param replyTo told once
   */
  record GetNodeStatus(ActorRef<NodeStatusReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link GetNodeStatus}.
   *
   * @param mode clustered or standalone
   */
  record NodeStatusReply(ClusterMode mode) implements WireMessage {}

  /**
   * Asks for the roles.
   *
   * @param replyTo told once
   */
  record GetRoles(ActorRef<RolesReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link GetRoles}.
   *
   * @param roles sorted by name
   */
  record RolesReply(List<RoleStatus> roles) implements WireMessage {}

  /**
   * Asks which nodes run a role.
   *
   * @param role its name
   * @param replyTo told once
   */
  record WhoIsHosting(RoleName role, ActorRef<HostingReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link WhoIsHosting}.
   *
   * @param nodes sorted by address; empty where the role is unknown or runs nowhere
   */
  record HostingReply(List<NodeId> nodes) implements WireMessage {}

  /**
   * Asks for the answers to all queries at once.
   *
   * @param replyTo told once
   */
  record GetSnapshot(ActorRef<SnapshotReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link GetSnapshot}.
   *
   * @param snapshot the answers
   */
  record SnapshotReply(ClusterSnapshot snapshot) implements WireMessage {}

  /**
   * Asks for events, from now on.
   *
   * @param subscriber told until it ends or unsubscribes
   */
  record Subscribe(ActorRef<ClusterEvent> subscriber) implements GuardianRequest {}

  /**
   * Asks for no more events.
   *
   * @param subscriber who subscribed
   */
  record Unsubscribe(ActorRef<ClusterEvent> subscriber) implements GuardianRequest {}

  /**
   * Takes an offline node off the list, on all nodes.
   *
   * @param node which
   * @param replyTo told once
   */
  record Forget(NodeId node, ActorRef<ForgetReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link Forget}.
   *
   * @param refusal why it was refused; empty where the node is off the list
   */
  record ForgetReply(Optional<String> refusal) implements WireMessage {}

  /**
   * Changes how often a role shall run, on the whole cluster and for good: the change outlives
   * every node.
   *
   * @param role which role
   * @param count how often, 1 to {@value io.beethoven.model.RoleSpec#MAX_COUNT}
   * @param replyTo told once
   */
  record SetCount(RoleName role, int count, ActorRef<SetCountReply> replyTo)
      implements GuardianRequest {

    /**
     * Checks the count.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public SetCount {
      RoleSpec.requireCount(role, count);
    }
  }

  /**
   * The answer to {@link SetCount}.
   *
   * @param refusal why it was refused, or what became of it instead; empty where every voter has
   *     stored the change and it is in effect
   */
  record SetCountReply(Optional<String> refusal) implements WireMessage {}

  /**
   * An operator's word that the voters from which nothing is heard are dead, so that the others go
   * on without them. If they live after all, roles run twice.
   *
   * @param replyTo told once
   */
  record ForceQuorum(ActorRef<QuorumForcedReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link ForceQuorum}.
   *
   * @param declaredDead who is held for dead by it, sorted by address
   */
  record QuorumForcedReply(List<NodeId> declaredDead) implements WireMessage {}

  /**
   * Makes the node hand its roles over, say goodbye and leave the cluster. Coordinated shutdown
   * then ends its actor system, as Pekko does with every member that leaves.
   *
   * @param replyTo told when its roles are handed over, before the actor system ends
   */
  record Leave(ActorRef<LeaveReply> replyTo) implements GuardianRequest {}

  /**
   * The answer to {@link Leave}.
   *
   * @param node which node has left
   */
  record LeaveReply(NodeId node) implements WireMessage {}
}
