package io.beethoven.benchmarks;

import io.beethoven.actors.control.ControlClient;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleStatus;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The processes of a large cluster, and what its nodes say. For one thread. */
final class ScaleCluster implements AutoCloseable {

  /** So seldom that looking does not disturb what is looked at. */
  private static final long LOOK_MILLIS = 100;

  private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(10);

  private final ScaleLayout layout;
  private final NodeOptions options;
  private final NodeGroup group = new NodeGroup();
  private final VoterLines voterLines = new VoterLines();

  ScaleCluster(ScaleLayout layout, NodeOptions options) {
    this.layout = layout;
    this.options = options;
  }

  /**
   * Starts all processes.
   *
   * @param staggerMillis pause between two of them
   */
  void start(long staggerMillis) throws IOException, InterruptedException {
    for (int process = 0; process < layout.processes(); process++) {
      if (process > 0) {
        TimeUnit.MILLISECONDS.sleep(staggerMillis);
      }
      group.start(describe(process));
    }
  }

  private NodeProcessBuilder describe(int process) {
    List<String> arguments = new ArrayList<>();
    arguments.add(Integer.toString(layout.instances()));
    arguments.addAll(layout.hosts(process));
    NodeProcessBuilder described =
        options
            .at(layout.hosts(process).get(0), layout.subnet())
            .mainClass(ScaleNode.class.getName())
            .arguments(arguments.toArray(String[]::new));
    return layout.isPlain()
        ? described
        : described.addJvmOptions(List.of("-Xmx" + 128 * (1 + layout.nodesOfAProcess()) + "m"));
  }

  NodeGroup group() {
    return group;
  }

  /** Returns the nodes of a process. */
  List<NodeId> nodes(NodeProcess process) {
    return layout.hosts(group.nodes().indexOf(process)).stream().map(this::node).toList();
  }

  private NodeId node(String host) {
    return new NodeId(host, options.port);
  }

  /**
   * Waits until every node lists all nodes, is ready, and all instances of the role run.
   *
   * @param timeout how long to wait
   * @return what the first node knows
   */
  ClusterSnapshot awaitWhole(Duration timeout) throws TimeoutException, InterruptedException {
    return await("whole", this::whole, timeout);
  }

  /**
   * Waits until as many nodes vote as there may be, and each node's death could be proved by each
   * of those that are to see it.
   *
   * @param timeout how long to wait
   * @return the voters
   */
  Set<NodeId> awaitSettled(Duration timeout) throws TimeoutException, InterruptedException {
    return await("settled", this::settled, timeout);
  }

  private <T> T await(String what, Look<T> look, Duration timeout)
      throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      // As often as this, so that no line is lost: a process's output is not kept for ever.
      group.nodes().forEach(process -> voterLines.read(process.output()));
      Optional<T> seen = seen(look);
      if (seen.isPresent()) {
        return seen.get();
      }
      for (NodeProcess process : group.nodes()) {
        if (!process.isAlive()) {
          throw new TimeoutException(process + " ended:\n" + process.output());
        }
      }
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException("not " + what + " within " + timeout + ":\n" + describe());
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static <T> Optional<T> seen(Look<T> look) {
    try {
      return look.look();
    } catch (IOException notOpenYet) {
      return Optional.empty();
    }
  }

  /** Tells in a line what each node knows, and the last that a process said. */
  private String describe() {
    StringBuilder text = new StringBuilder();
    for (NodeProcess process : group.nodes()) {
      for (NodeId node : nodes(process)) {
        text.append(node).append(' ').append(describe(node)).append('\n');
      }
      text.append(process.output().lines().reduce("", (a, b) -> b).indent(4));
    }
    return text.toString();
  }

  private String describe(NodeId node) {
    try (ControlClient client = client(node)) {
      ClusterSnapshot snapshot = client.report().snapshot();
      List<PeerFacts> peers = client.facts().peers();
      return "mode="
          + snapshot.mode()
          + " active="
          + snapshot.activeNodes().size()
          + " ready="
          + snapshot.ready()
          + " allocator="
          + snapshot.allocator().map(NodeId::toString).orElse("none")
          + " voters="
          + voterLines.voters().size()
          + " instances="
          + snapshot.roles().stream().mapToInt(RoleStatus::assigned).sum()
          + " unarmed="
          + peers.stream().filter(ScaleCluster::isUnarmed).map(PeerFacts::node).toList();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Optional<ClusterSnapshot> whole() throws IOException {
    Optional<ClusterSnapshot> first = Optional.empty();
    for (NodeProcess process : group.nodes()) {
      for (NodeId node : nodes(process)) {
        try (ControlClient client = client(node)) {
          ClusterSnapshot snapshot = client.report().snapshot();
          if (!isWhole(snapshot)) {
            return Optional.empty();
          }
          first = first.or(() -> Optional.of(snapshot));
        }
      }
    }
    return first;
  }

  private boolean isWhole(ClusterSnapshot snapshot) {
    return snapshot.activeNodes().size() == layout.nodes()
        && snapshot.allocator().isPresent()
        && snapshot.ready()
        && snapshot.roles().stream().allMatch(role -> role.assigned() == role.count());
  }

  private Optional<Set<NodeId>> settled() throws IOException {
    for (NodeProcess process : group.nodes()) {
      for (NodeId node : nodes(process)) {
        try (ControlClient client = client(node)) {
          if (client.facts().peers().stream().anyMatch(ScaleCluster::isUnarmed)) {
            return Optional.empty();
          }
        }
      }
    }
    Set<NodeId> voters = voterLines.voters();
    return voters.size() == layout.voters() ? Optional.of(voters) : Optional.empty();
  }

  private static boolean isUnarmed(PeerFacts peer) {
    return peer.voting() && peer.evidence() != PeerFacts.Evidence.ARMED;
  }

  private ControlClient client(NodeId node) throws IOException {
    return ControlClient.connect(
        ControlSocket.path(ControlSocket.defaultDirectory(), NodeOptions.CLUSTER, node),
        CONTROL_TIMEOUT);
  }

  /** Kills all processes that live. */
  @Override
  public void close() {
    group.close();
  }

  private interface Look<T> {
    Optional<T> look() throws IOException;
  }
}
