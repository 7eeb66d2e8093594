package io.beethoven.benchmarks;

import io.beethoven.Beethoven;
import io.beethoven.Role;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The four queries on a node that runs one role: by ask, blocking, and from the snapshot. */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueryBenchmarks {

  @SuppressWarnings("NullAway.Init") // JMH calls start() first
  private Beethoven node;

  /** Creates the state; JMH does. */
  public QueryBenchmarks() {}

  /** Starts the node. */
  @Setup
  public void start() {
    node =
        Beethoven.builder()
            .name("beethoven-bench-queries")
            .host("127.0.0.1")
            .port(25630)
            .beaconPort(25631)
            .set("state.enabled", false)
            .role(Role.task(Fleet.ROLE, context -> new CountDownLatch(1).await()))
            .start();
    node.awaitReady(Duration.ofSeconds(30));
  }

  /** Ends the node. */
  @TearDown
  public void close() {
    node.close();
  }

  /** By ask. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public List<NodeId> askActiveNodes() {
    return node.getActiveNodes();
  }

  /** By ask. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public List<ClusterNode> askClusterNodes() {
    return node.getClusterNodes();
  }

  /** By ask. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public ClusterMode askNodeStatus() {
    return node.getNodeStatus();
  }

  /** By ask. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public List<RoleStatus> askRoles() {
    return node.getRoles();
  }

  /** From the snapshot. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  public List<NodeId> snapshotActiveNodes() {
    return node.snapshot().activeNodes();
  }

  /** From the snapshot. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  public List<ClusterNode> snapshotClusterNodes() {
    return node.snapshot().clusterNodes();
  }

  /** From the snapshot. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  public ClusterMode snapshotNodeStatus() {
    return node.snapshot().mode();
  }

  /** From the snapshot. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  public List<RoleStatus> snapshotRoles() {
    return node.snapshot().roles();
  }
}
