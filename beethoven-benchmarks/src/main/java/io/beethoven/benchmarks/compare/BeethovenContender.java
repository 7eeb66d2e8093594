package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.BenchNode;
import io.beethoven.benchmarks.Event;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Beethoven, out of the box: it keeps its state on the disk. */
record BeethovenContender() implements Contender {

  static final String NAME = "beethoven";

  private static final int PORT = 25620;
  private static final int BEACON_PORT = 25621;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Setting setting() {
    return Setting.DEFAULT;
  }

  @Override
  public boolean isSlow(Event event) {
    return false;
  }

  @Override
  public NodeProcessBuilder node(String host, Site site) {
    return NodeProcess.at(host)
        .port(PORT)
        .beaconPort(BEACON_PORT)
        .subnet(site.subnet())
        .cluster("beethoven-compare-" + site.number())
        .stateDirectory(site.directory().resolve(host))
        .mainClass(BenchNode.class.getName())
        .role(ActLines.ROLE, 1, ActingRole.class);
  }

  @Override
  public Optional<NodeProcessBuilder> server(Site site) {
    return Optional.empty();
  }

  @Override
  public void awaitWhole(NodeGroup nodes, Duration timeout)
      throws TimeoutException, InterruptedException {
    nodes.awaitWhole(timeout);
  }
}
