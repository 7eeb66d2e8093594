package io.beethoven.testkit;

import io.beethoven.model.ClusterSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Some node processes that shall be one cluster. Closing it kills them all. For one thread at a
 * time.
 */
public final class NodeGroup implements AutoCloseable {

  private static final long POLL_MILLIS = 20;

  private final List<NodeProcess> nodes = new ArrayList<>();
  private final BlockingQueue<RoleEntry> entries = new LinkedBlockingQueue<>();

  /** Creates a group without nodes. */
  public NodeGroup() {}

  /**
   * A role's first statement on a node.
   *
   * @param node the node's name
   * @param role the role's name
   * @param nanoTime when, by {@link System#nanoTime}
   */
  public record RoleEntry(String node, String role, long nanoTime) {}

  /**
   * Starts a node.
   *
   * @param description how
   * @return the process
   * @throws IOException if it cannot be started
   */
  public NodeProcess start(NodeProcessBuilder description) throws IOException {
    NodeProcess node = description.copy().onEvent(this::onEvent).start();
    nodes.add(node);
    return node;
  }

  /**
   * Starts a node again that has ended.
   *
   * @param ended one of this group
   * @return the new process in its place
   * @throws IOException if it cannot be started
   */
  public NodeProcess startAgain(NodeProcess ended) throws IOException {
    ended.close();
    NodeProcess node = ended.startAgain();
    nodes.set(nodes.indexOf(ended), node);
    return node;
  }

  private void onEvent(NodeEvent event) {
    if (event.kind().equals(EventLines.ROLE_RUNNING)) {
      entries.add(new RoleEntry(event.field("node"), event.field("role"), event.nanoTime()));
    }
  }

  /** Returns the nodes, in the order of their first start. */
  public List<NodeProcess> nodes() {
    return List.copyOf(nodes);
  }

  /**
   * Returns a node.
   *
   * @param name {@code host:port}
   * @return the process
   * @throws IllegalArgumentException if there is none of that name
   */
  public NodeProcess node(String name) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node " + name + " in " + nodes));
  }

  /**
   * Waits until the group is whole: every process lists every process and no other as active, all
   * roles run as often as they shall, and every node is ready.
   *
   * @param timeout how long to wait
   * @return what the first node knows then
   * @throws TimeoutException if it does not become whole, or a process ended; the message tells
   *     what each one knows
   * @throws InterruptedException if this thread is interrupted
   */
  public ClusterSnapshot awaitWhole(Duration timeout)
      throws TimeoutException, InterruptedException {
    return awaitAll(
        snapshot ->
            snapshot.activeNodes().size() == nodes.size()
                && snapshot.allocator().isPresent()
                && snapshot.ready()
                && snapshot.roles().stream().allMatch(role -> role.assigned() == role.count()),
        timeout);
  }

  /**
   * Waits until what every node knows is as wanted.
   *
   * @param wanted what each snapshot has to satisfy
   * @param timeout how long to wait
   * @return what the first node knows then
   * @throws TimeoutException if it does not come to that, or a process ended
   * @throws InterruptedException if this thread is interrupted
   */
  public ClusterSnapshot awaitAll(Predicate<ClusterSnapshot> wanted, Duration timeout)
      throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<ClusterSnapshot> first = look(wanted);
      if (first.isPresent()) {
        return first.get();
      }
      for (NodeProcess node : nodes) {
        if (!node.isAlive()) {
          throw new TimeoutException("node " + node.name() + " ended:\n" + node.output());
        }
      }
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException("not whole within " + timeout + ":\n" + describe());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private Optional<ClusterSnapshot> look(Predicate<ClusterSnapshot> wanted) {
    Optional<ClusterSnapshot> first = Optional.empty();
    for (NodeProcess node : nodes) {
      try {
        ClusterSnapshot snapshot = node.report().snapshot();
        if (!wanted.test(snapshot)) {
          return Optional.empty();
        }
        first = first.or(() -> Optional.of(snapshot));
      } catch (IOException e) {
        // Not open yet, or gone; the caller looks at that.
        return Optional.empty();
      }
    }
    return first;
  }

  /**
   * Waits until a role's first statement is reached.
   *
   * @param role the role's name
   * @param except a node that does not count
   * @param afterNanoTime an earlier statement does not count
   * @param timeout how long to wait
   * @return where and when
   * @throws TimeoutException if it does not come
   * @throws InterruptedException if this thread is interrupted
   */
  public RoleEntry awaitRole(String role, String except, long afterNanoTime, Duration timeout)
      throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      RoleEntry entry = entries.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (entry == null) {
        throw new TimeoutException(
            "role " + role + " did not run elsewhere within " + timeout + ":\n" + describe());
      }
      if (entry.role().equals(role)
          && !entry.node().equals(except)
          && entry.nanoTime() - afterNanoTime > 0) {
        return entry;
      }
    }
  }

  /**
   * Asks all nodes to leave and waits until their processes are gone.
   *
   * @param timeout how long to wait for all of them together
   * @throws TimeoutException if one goes on
   * @throws InterruptedException if this thread is interrupted
   */
  public void leave(Duration timeout) throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    nodes.forEach(NodeProcess::terminate);
    for (NodeProcess node : nodes) {
      node.awaitEnd(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
  }

  /** Tells what each node knows, and the last lines of its output. */
  private String describe() {
    StringBuilder text = new StringBuilder();
    for (NodeProcess node : nodes) {
      text.append(node).append(": ");
      try {
        text.append(node.report().snapshot());
      } catch (IOException e) {
        text.append(e.getMessage());
      }
      text.append('\n').append(node.output().indent(4));
    }
    return text.toString();
  }

  /** Kills all processes that live, and waits until they are gone. */
  @Override
  public void close() {
    nodes.forEach(NodeProcess::kill);
    nodes.forEach(NodeProcess::close);
  }
}
