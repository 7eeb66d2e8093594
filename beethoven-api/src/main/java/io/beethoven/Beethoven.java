package io.beethoven;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.protocol.GuardianRequest;
import io.beethoven.actors.protocol.GuardianRequest.ActiveNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.ClusterNodesReply;
import io.beethoven.actors.protocol.GuardianRequest.ForgetReply;
import io.beethoven.actors.protocol.GuardianRequest.HostingReply;
import io.beethoven.actors.protocol.GuardianRequest.NodeStatusReply;
import io.beethoven.actors.protocol.GuardianRequest.QuorumForcedReply;
import io.beethoven.actors.protocol.GuardianRequest.RolesReply;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.actors.settings.SettingsSources;
import io.beethoven.error.BeethovenClosedException;
import io.beethoven.error.BeethovenConfigException;
import io.beethoven.error.BeethovenException;
import io.beethoven.error.BeethovenRefusedException;
import io.beethoven.error.BeethovenTimeoutException;
import io.beethoven.grant.Bounds;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A node of a cluster: it finds the others, runs the roles that fall to it, and knows who runs
 * what.
 *
 * <pre>{@code
 * try (Beethoven node = Beethoven.builder().subnet("127.0.0.0/29").role("hello", 1, task).start()) {
 *   node.awaitReady(Duration.ofSeconds(10));
 *   System.out.println(node.getRoles());
 * }
 * }</pre>
 *
 * <p>All methods may be called from any thread, but those that block must not be called from an
 * actor: there they fail with an {@link IllegalStateException}, and the form that returns a stage
 * is to be used. Stages are completed on threads of Pekko or of the JDK's common pool, on which
 * nothing should block.
 *
 * <p>Queries are answered with what this node knows at that moment, from the moment that {@code
 * start} returned, ready or not. They fail with a {@link BeethovenTimeoutException} if no answer
 * came in time, and with a {@link BeethovenClosedException} once the node has left or ended.
 *
 * <p>If the cluster drops a node that has an actor system of its own, it starts another one in the
 * same process and seeks the cluster again. Meanwhile it is not ready and queries wait for the new
 * one, within their timeouts.
 */
public final class Beethoven implements AutoCloseable {

  private static final long READY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final BeethovenSettings settings;
  private final GuardianSlot slot;
  private final EventHub hub;
  private final NodeLife life;

  Beethoven(BeethovenSettings settings, GuardianSlot slot, EventHub hub, NodeLife life) {
    this.settings = settings;
    this.slot = slot;
    this.hub = hub;
    this.life = life;
  }

  /** Returns a builder for a node with an actor system of its own. */
  public static BeethovenBuilder builder() {
    return new BeethovenBuilder();
  }

  /**
   * Lays what Beethoven needs over the configuration of a program that has its own actor system.
   * Settings of Beethoven are taken from system properties and the environment as well.
   *
   * @param config the program's configuration, such as {@code ConfigFactory.load()}
   * @return a whole configuration for an actor system
   * @throws BeethovenConfigException if a setting of Beethoven is wrong; it lists all that are
   */
  public static Config overlay(Config config) {
    Config merged = SettingsSources.ofProcess(ConfigFactory.empty(), config).merge();
    return PekkoOverlay.over(merged, BeethovenSettings.parse(merged));
  }

  /**
   * Starts a node in an actor system of the program's, whose configuration came from {@link
   * #overlay}. The node ends with the actor system. The actor systems of all nodes of a cluster
   * have the same name.
   *
   * @param system the actor system
   * @param roles what shall run and what runs it, beside the configuration's roles
   * @return the started node; closing it leaves the cluster and ends the actor system, since an
   *     actor system that has left can never return
   * @throws BeethovenConfigException if the actor system's configuration lacks something; it lists
   *     all that is wrong
   * @throws BeethovenException if the node does not start
   */
  public static Beethoven attach(ActorSystem<?> system, Role... roles) {
    return BeethovenBuilder.attach(system, List.of(roles));
  }

  /** Returns the name of this node: the host and port of its remoting. */
  public NodeId self() {
    return slot.snapshot().self();
  }

  /**
   * Returns the online nodes.
   *
   * @return sorted, this node included; empty when this node is standalone
   */
  public List<NodeId> getActiveNodes() {
    return getActiveNodes(settings.api().askTimeout());
  }

  /**
   * Returns the online nodes.
   *
   * @param timeout how long to wait
   * @return sorted, this node included; empty when this node is standalone
   */
  public List<NodeId> getActiveNodes(Duration timeout) {
    return await("getActiveNodes", timeout, limit -> activeNodes(limit));
  }

  /**
   * Returns the online nodes.
   *
   * @return sorted, this node included; empty when this node is standalone
   */
  public CompletionStage<List<NodeId>> getActiveNodesAsync() {
    return activeNodes(settings.api().askTimeout());
  }

  private CompletionStage<List<NodeId>> activeNodes(Duration timeout) {
    return slot.ask("getActiveNodes", timeout, GuardianRequest.GetActiveNodes::new)
        .thenApply(ActiveNodesReply::nodes);
  }

  /**
   * Returns every node ever seen, with its status and since when it has it.
   *
   * @return sorted; an offline node stays for {@code beethoven.membership.forget-after}
   */
  public List<ClusterNode> getClusterNodes() {
    return getClusterNodes(settings.api().askTimeout());
  }

  /**
   * Returns every node ever seen, with its status and since when it has it.
   *
   * @param timeout how long to wait
   * @return sorted; an offline node stays for {@code beethoven.membership.forget-after}
   */
  public List<ClusterNode> getClusterNodes(Duration timeout) {
    return await("getClusterNodes", timeout, limit -> clusterNodes(limit));
  }

  /**
   * Returns every node ever seen, with its status and since when it has it.
   *
   * @return sorted; an offline node stays for {@code beethoven.membership.forget-after}
   */
  public CompletionStage<List<ClusterNode>> getClusterNodesAsync() {
    return clusterNodes(settings.api().askTimeout());
  }

  private CompletionStage<List<ClusterNode>> clusterNodes(Duration timeout) {
    return slot.ask("getClusterNodes", timeout, GuardianRequest.GetClusterNodes::new)
        .thenApply(ClusterNodesReply::nodes);
  }

  /** Returns whether this node is clustered or standalone. */
  public ClusterMode getNodeStatus() {
    return getNodeStatus(settings.api().askTimeout());
  }

  /**
   * Returns whether this node is clustered or standalone.
   *
   * @param timeout how long to wait
   * @return its status
   */
  public ClusterMode getNodeStatus(Duration timeout) {
    return await("getNodeStatus", timeout, limit -> nodeStatus(limit));
  }

  /** Returns whether this node is clustered or standalone. */
  public CompletionStage<ClusterMode> getNodeStatusAsync() {
    return nodeStatus(settings.api().askTimeout());
  }

  private CompletionStage<ClusterMode> nodeStatus(Duration timeout) {
    return slot.ask("getNodeStatus", timeout, GuardianRequest.GetNodeStatus::new)
        .thenApply(NodeStatusReply::mode);
  }

  /**
   * Returns the roles, with how many instances shall run and which nodes run one.
   *
   * @return sorted by name
   */
  public List<RoleStatus> getRoles() {
    return getRoles(settings.api().askTimeout());
  }

  /**
   * Returns the roles, with how many instances shall run and which nodes run one.
   *
   * @param timeout how long to wait
   * @return sorted by name
   */
  public List<RoleStatus> getRoles(Duration timeout) {
    return await("getRoles", timeout, limit -> roles(limit));
  }

  /**
   * Returns the roles, with how many instances shall run and which nodes run one.
   *
   * @return sorted by name
   */
  public CompletionStage<List<RoleStatus>> getRolesAsync() {
    return roles(settings.api().askTimeout());
  }

  private CompletionStage<List<RoleStatus>> roles(Duration timeout) {
    return slot.ask("getRoles", timeout, GuardianRequest.GetRoles::new)
        .thenApply(RolesReply::roles);
  }

  /**
   * Returns the nodes that run a role.
   *
   * @param role its name
   * @return sorted, online nodes only; empty if the role is unknown or runs nowhere
   * @throws IllegalArgumentException if no role can have that name
   */
  public List<NodeId> whoIsHosting(String role) {
    return whoIsHosting(role, settings.api().askTimeout());
  }

  /**
   * Returns the nodes that run a role.
   *
   * @param role its name
   * @param timeout how long to wait
   * @return sorted, online nodes only; empty if the role is unknown or runs nowhere
   * @throws IllegalArgumentException if no role can have that name
   */
  public List<NodeId> whoIsHosting(String role, Duration timeout) {
    RoleName name = new RoleName(role);
    return await("whoIsHosting", timeout, limit -> hosting(name, limit));
  }

  /**
   * Returns the nodes that run a role.
   *
   * @param role its name
   * @return sorted, online nodes only; empty if the role is unknown or runs nowhere
   * @throws IllegalArgumentException if no role can have that name
   */
  public CompletionStage<List<NodeId>> whoIsHostingAsync(String role) {
    return hosting(new RoleName(role), settings.api().askTimeout());
  }

  private CompletionStage<List<NodeId>> hosting(RoleName role, Duration timeout) {
    return slot.<HostingReply>ask(
            "whoIsHosting", timeout, replyTo -> new GuardianRequest.WhoIsHosting(role, replyTo))
        .thenApply(HostingReply::nodes);
  }

  /**
   * Returns the answers to all queries as this node published them last, without asking anybody. It
   * never blocks or fails; while no actor system runs, it is the last one known, standalone and not
   * ready.
   */
  public ClusterSnapshot snapshot() {
    return slot.snapshot();
  }

  /**
   * Tells whether queries are served, this node has a part in its cluster, so that it can go on
   * without the others, and all that is assigned to it runs; also true when nothing is.
   */
  public boolean isReady() {
    return slot.snapshot().ready();
  }

  /**
   * Waits until the node is ready.
   *
   * @param timeout how long to wait; 0 asks without waiting
   * @return whether it is ready
   * @throws BeethovenClosedException if the node has left or ended
   */
  public boolean awaitReady(Duration timeout) {
    BlockingCalls.requireTimeout(timeout);
    if (isReady()) {
      return true;
    }
    BlockingCalls.refuseOnDispatcher("awaitReady", "isReady");
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < timeout.toNanos()) {
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new BeethovenException("awaitReady was interrupted");
      }
      LockSupport.parkNanos(READY_PAUSE_NANOS);
      if (isReady()) {
        return true;
      }
      slot.requireOpen();
    }
    return isReady();
  }

  /**
   * Subscribes to events of the cluster, from now on.
   *
   * @param subscriber called for one event after the other, on a thread of its own. If it throws,
   *     that is logged and it stays subscribed; if it is slower than events come, it loses the
   *     oldest beyond {@code beethoven.api.subscriber-queue}
   * @return ends the subscription when closed; it ends with the node as well
   */
  public Subscription subscribe(Consumer<ClusterEvent> subscriber) {
    return hub.subscribe(Objects.requireNonNull(subscriber, "subscriber"));
  }

  /**
   * Takes an offline node off the list, on all nodes. Should it return, it is listed again.
   *
   * @param node which
   * @throws BeethovenRefusedException if it is online
   */
  public void forget(NodeId node) {
    Duration timeout = settings.api().askTimeout();
    await("forget", timeout, limit -> forgetAsync(node));
  }

  /**
   * Takes an offline node off the list, on all nodes. Should it return, it is listed again.
   *
   * @param node which
   * @return completed when it is off; fails with a {@link BeethovenRefusedException} if it is
   *     online
   */
  public CompletionStage<Void> forgetAsync(NodeId node) {
    Objects.requireNonNull(node, "node");
    return slot.<ForgetReply>ask(
            "forget",
            settings.api().askTimeout(),
            replyTo -> new GuardianRequest.Forget(node, replyTo))
        .thenAccept(
            reply ->
                reply
                    .refusal()
                    .ifPresent(
                        reason -> {
                          throw new BeethovenRefusedException(
                              "node " + node + " cannot be forgotten: " + reason);
                        }));
  }

  /**
   * Changes how often a role shall run, on the whole cluster and for good: the change outlives
   * every node.
   *
   * @param role its name
   * @param count how often, 1 to {@value io.beethoven.model.RoleSpec#MAX_COUNT}
   * @throws IllegalArgumentException if the count is out of range
   * @throws BeethovenRefusedException if the change did not take effect; the message says why, and
   *     how many voters have stored it where it may yet take effect
   */
  public void setCount(String role, int count) {
    Duration timeout = settings.api().askTimeout();
    await("setCount", timeout, limit -> setCountAsync(role, count));
  }

  /**
   * Changes how often a role shall run, on the whole cluster and for good.
   *
   * @param role its name
   * @param count how often, 1 to {@value io.beethoven.model.RoleSpec#MAX_COUNT}
   * @return completed when every voter has stored the change and it is in effect; fails with a
   *     {@link BeethovenRefusedException} if it did not take effect
   * @throws IllegalArgumentException if the count is out of range
   */
  public CompletionStage<Void> setCountAsync(String role, int count) {
    RoleName name = new RoleName(role);
    RoleSpec.requireCount(name, count);
    return slot.<SetCountReply>ask(
            "setCount",
            settings.api().askTimeout(),
            replyTo -> new GuardianRequest.SetCount(name, count, replyTo))
        .thenAccept(
            reply ->
                reply
                    .refusal()
                    .ifPresent(
                        reason -> {
                          throw new BeethovenRefusedException(
                              "count of role " + role + " was not changed: " + reason);
                        }));
  }

  /**
   * Declares the voters dead from which nothing is heard, so that the others go on without them. An
   * operator's last resort: if they live after all, roles run twice, and only the tokens tell which
   * instance is the newer.
   *
   * @return completed with the nodes that are held for dead by it, sorted by address
   */
  public CompletionStage<List<NodeId>> forceQuorumAsync() {
    return slot.<QuorumForcedReply>ask(
            "forceQuorum", settings.api().askTimeout(), GuardianRequest.ForceQuorum::new)
        .thenApply(QuorumForcedReply::declaredDead);
  }

  /**
   * Returns how long roles run one instance short at most after each kind of event, by this node's
   * settings and the roles in its configuration.
   */
  public Bounds bounds() {
    return settings.bounds(settings.roleSpecs());
  }

  /**
   * Hands this node's roles over, says goodbye, leaves the cluster and ends the node and the actor
   * system that it lives in. The same as {@link #close}.
   */
  public void leave() {
    BlockingCalls.refuseOnDispatcher("leave", "leaveAsync");
    Duration limit =
        settings.lifecycle().leaveTimeout().plus(settings.lifecycle().terminateTimeout());
    BlockingCalls.await("leave", life.leave(), limit);
  }

  /**
   * Begins what {@link #leave} does.
   *
   * @return completed when the node has ended; at the latest after {@code
   *     beethoven.lifecycle.leave-timeout} and {@code terminate-timeout}
   */
  public CompletionStage<Void> leaveAsync() {
    return life.leave();
  }

  /**
   * Returns when the node has ended, whoever wanted that: this program, a shutdown hook, or
   * somebody who told it to leave through its control endpoint. A node with an actor system of its
   * own does not end when the cluster drops it: it starts another one.
   *
   * @return completed when the node has ended, on any thread; never fails
   */
  public CompletionStage<Void> whenEnded() {
    return life.whenEnded();
  }

  /** Leaves in good order, as {@link #leave} does. Closing again does nothing more. */
  @Override
  public void close() {
    leave();
  }

  /** A question with its timeout still open. */
  @FunctionalInterface
  private interface Asked<T> {
    CompletionStage<T> within(Duration timeout);
  }

  private static <T> T await(String call, Duration timeout, Asked<T> question) {
    BlockingCalls.requireTimeout(timeout);
    BlockingCalls.refuseOnDispatcher(call, call + "Async");
    return BlockingCalls.await(call, question.within(timeout), timeout);
  }
}
