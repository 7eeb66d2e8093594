package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A peer with a setting. Its nodes tell how many members they know of and when they act; nothing
 * else is asked of them.
 *
 * @param peer the library
 * @param setting how it is set up
 */
record PeerContender(Peer peer, Setting setting) implements Contender {

  /**
   * The system property that names the folder with the peers' jars; without it they are looked for
   * on this JVM's class path.
   */
  static final String JARS = "io.beethoven.peers.jars";

  private static final int PORT = 25630;
  private static final long LOOK_MILLIS = 20;

  @Override
  public String name() {
    return peer.key();
  }

  @Override
  public boolean isSlow(Event event) {
    return peer.isSlow(setting, event);
  }

  @Override
  public Duration restAfterRestart() {
    return peer.restAfterRestart(setting);
  }

  @Override
  public NodeProcessBuilder node(String host, Site site) {
    return process(host, site, peer.node());
  }

  @Override
  public Optional<NodeProcessBuilder> server(Site site) {
    return peer.server().map(mainClass -> process(site.server(), site, mainClass));
  }

  private NodeProcessBuilder process(String host, Site site, String mainClass) {
    return NodeProcess.at(host)
        .port(PORT)
        .classPath(classPath())
        .mainClass(mainClass)
        .addJvmOptions(peer.jvmOptions())
        .arguments(
            host,
            Integer.toString(PORT),
            String.join(",", site.hosts()),
            site.server(),
            setting.name());
  }

  private static String classPath() {
    return Optional.ofNullable(System.getProperty(JARS))
        .map(folder -> Path.of(folder, "*").toString())
        .orElseGet(() -> System.getProperty("java.class.path"));
  }

  @Override
  public void awaitWhole(NodeGroup nodes, Duration timeout)
      throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!isWhole(nodes.nodes())) {
      for (NodeProcess node : nodes.nodes()) {
        if (!node.isAlive()) {
          throw new TimeoutException(node + " ended:\n" + node.output());
        }
      }
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException("not whole within " + timeout + ":\n" + describe(nodes.nodes()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static boolean isWhole(List<NodeProcess> nodes) {
    return nodes.stream().allMatch(node -> members(node.events()) == nodes.size())
        && nodes.stream().filter(node -> isActing(node.events())).count() == 1;
  }

  private static String describe(List<NodeProcess> nodes) {
    StringBuilder text = new StringBuilder();
    for (NodeProcess node : nodes) {
      List<NodeEvent> events = node.events();
      text.append(node)
          .append(" knows ")
          .append(members(events))
          .append(isActing(events) ? " members and acts\n" : " members\n")
          .append(node.output().indent(4));
    }
    return text.toString();
  }

  /** Returns how many members a node said last that it knows of; 0 if it did not say. */
  static int members(List<NodeEvent> events) {
    return events.stream()
        .filter(event -> event.kind().equals(ActLines.MEMBERS))
        .reduce((a, b) -> b)
        .map(event -> Integer.parseInt(Objects.requireNonNull(event.field(ActLines.COUNT))))
        .orElse(0);
  }

  /** Tells whether the role runs in a process, by what it said. */
  static boolean isActing(List<NodeEvent> events) {
    return events.stream()
        .map(NodeEvent::kind)
        .filter(kind -> kind.equals(EventLines.ROLE_RUNNING) || kind.equals(EventLines.ROLE_ENDED))
        .reduce((a, b) -> b)
        .filter(kind -> kind.equals(EventLines.ROLE_RUNNING))
        .isPresent();
  }
}
