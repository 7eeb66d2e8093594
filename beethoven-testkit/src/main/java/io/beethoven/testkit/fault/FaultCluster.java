package io.beethoven.testkit.fault;

import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import io.beethoven.testkit.witness.Cause;
import io.beethoven.testkit.witness.Disturbance;
import io.beethoven.testkit.witness.Expectation;
import io.beethoven.testkit.witness.History;
import io.beethoven.testkit.witness.WitnessCheck;
import io.beethoven.testkit.witness.WitnessFiles;
import io.beethoven.testkit.witness.WitnessReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Some node processes, numbered from 1, with a witness beside them. All that they write stays in
 * one directory: {@code logs}, {@code witness}, and a {@code node-N} each. Closing kills them all
 * and removes what was made of networks and file systems, but no file. For one thread at a time.
 */
public final class FaultCluster implements AutoCloseable {

  /** Longest wait for a cluster to come about or to be whole again, on a loaded machine. */
  static final Duration WHOLE = Duration.ofSeconds(150);

  /** An instance that has not looked for so long may be gone. */
  private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long POLL_MILLIS = 30;

  /** The witness is this far behind: until then all that lives has written. */
  private static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private final FaultClusterOptions options;
  private final NodeGroup group = new NodeGroup();
  private final Optional<VirtualNetwork> network;

  /** The same, as the hook sees it before all is made. */
  private volatile @Nullable VirtualNetwork made;

  private boolean removed;
  private final List<SmallDisk> disks = new ArrayList<>();
  private final List<WallClock> clocks = new ArrayList<>();
  private final Path witness;
  private final WitnessFiles files;
  private final History history = new History();
  private final VoterWatch voters = new VoterWatch();
  private final Map<String, Expectation> expectations = new LinkedHashMap<>();
  private final List<Disturbance> disturbances = new ArrayList<>();
  private final PrintedBounds bounds;
  private final long whole;
  private final Thread remover = new Thread(this::removeAll, "remove-fault-cluster");

  private FaultCluster(FaultClusterOptions options)
      throws IOException, TimeoutException, InterruptedException {
    this.options = options;
    this.witness = options.directory().resolve("witness");
    this.files = new WitnessFiles(witness);
    Runtime.getRuntime().addShutdownHook(remover);
    options.roles().forEach(role -> expectations.put(role.name(), role.expectation()));
    made = options.network() ? VirtualNetwork.create(options.size()) : null;
    network = Optional.ofNullable(made);
    try {
      Files.createDirectories(witness);
      Files.createDirectories(logs());
      for (int number = 1; number <= options.size(); number++) {
        group.start(describe(number));
      }
      awaitWhole();
      bounds = readBounds();
      whole = System.nanoTime();
    } catch (IOException | TimeoutException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts the nodes and waits until they are one cluster and all roles run.
   *
   * @param options what there shall be
   * @return the cluster
   * @throws IOException if a process cannot be started or a file not be written
   * @throws TimeoutException if they do not become one; the message tells what each one knows
   * @throws InterruptedException if this thread is interrupted
   */
  public static FaultCluster start(FaultClusterOptions options)
      throws IOException, TimeoutException, InterruptedException {
    return new FaultCluster(options);
  }

  private Path logs() {
    return options.directory().resolve("logs");
  }

  private NodeProcessBuilder describe(int number) throws IOException {
    List<String> launcher = new ArrayList<>();
    network.ifPresent(some -> launcher.addAll(List.of(some.launcher(number))));
    Path state = options.directory().resolve("node-" + number);
    if (options.smallDisks()) {
      disks.add(SmallDisk.mount(state));
    }
    if (options.clocks()) {
      if (clocks.isEmpty()) {
        WallClock.build(options.directory());
      }
      WallClock clock =
          WallClock.create(
              options.directory().resolve("clock.so"),
              options.directory().resolve("clock-" + number));
      clocks.add(clock);
      launcher.addAll(List.of(clock.launcher()));
    }
    NodeProcessBuilder builder =
        NodeProcess.at(host(number))
            .port(options.port())
            .beaconPort(beaconPort())
            .subnet(network.map(VirtualNetwork::subnet).orElse(options.prefix() + ".0/28"))
            .cluster("beethoven-faults")
            .runtimeDirectory(options.directory().resolve("run"))
            .stateDirectory(state)
            .logDirectory(logs())
            .setting("log.level", "DEBUG")
            .launcher(launcher.toArray(String[]::new))
            .mainClass(WitnessedNode.class.getName())
            .arguments(witness.toString());
    if (network.isPresent()) {
      builder.setting("beethoven.security.mode", "none");
    }
    options.roles().forEach(role -> builder.arguments(role.text()));
    options.shape().accept(builder);
    return builder;
  }

  private String host(int number) {
    return network.map(some -> some.host(number)).orElse(options.prefix() + "." + number);
  }

  /** Returns the port of the beacons. */
  int beaconPort() {
    return options.port() + 1;
  }

  private PrintedBounds readBounds() throws IOException {
    try (Stream<Path> all = Files.list(logs())) {
      for (Path log : (Iterable<Path>) all.sorted()::iterator) {
        Optional<PrintedBounds> found = PrintedBounds.find(Files.readString(log));
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw new IOException("no node has printed its bounds in " + logs());
  }

  /** Returns how many nodes there are. */
  public int size() {
    return options.size();
  }

  /** Returns the numbers of all nodes, 1 to {@link #size}. */
  public List<Integer> numbers() {
    return IntStream.rangeClosed(1, size()).boxed().toList();
  }

  /**
   * Returns a node's process.
   *
   * @param number which, from 1
   * @return the one of its present life
   */
  public NodeProcess node(int number) {
    return group.nodes().get(number - 1);
  }

  /**
   * Starts a node again that has ended or was killed.
   *
   * @param number which, from 1
   * @throws IOException if the process cannot be started
   */
  public void startAgain(int number) throws IOException {
    group.startAgain(node(number));
  }

  /**
   * Returns the network between the nodes.
   *
   * @return a network to cut
   * @throws IllegalStateException if they were started without one
   */
  public VirtualNetwork network() {
    return network.orElseThrow(() -> new IllegalStateException("the nodes have no own network"));
  }

  SmallDisk disk(int number) {
    return disks.get(number - 1);
  }

  WallClock clock(int number) {
    return clocks.get(number - 1);
  }

  /** Returns where the witness's files are, and those that make roles hang. */
  Path witness() {
    return witness;
  }

  PrintedBounds bounds() {
    return bounds;
  }

  /**
   * Returns the number of the allocator's node, as the first node that answers knows it.
   *
   * @return from 1
   * @throws IOException if none answers that knows it
   */
  public int allocator() throws IOException {
    for (NodeProcess node : group.nodes()) {
      Optional<NodeId> allocator = node.report().snapshot().allocator();
      if (allocator.isPresent()) {
        return number(allocator.get().toString());
      }
    }
    throw new IOException("no node knows an allocator");
  }

  /** Returns the node that holds a slot of a role, by what its instance wrote. */
  int holder(String role, int slot) throws IOException {
    String node = holders(role).get(slot);
    if (node == null) {
      throw new IllegalStateException("nobody holds " + role + "[" + slot + "]");
    }
    return number(node);
  }

  /**
   * Returns where instances of a role are valid, by what they wrote within the last second.
   *
   * @param role its name
   * @return node ({@code host:port}) by slot
   * @throws IOException if the witness cannot read
   */
  public Map<Integer, String> holders(String role) throws IOException {
    listen();
    return history.holders(role, System.nanoTime() - RECENT_NANOS);
  }

  private int number(String name) {
    return numbers().stream()
        .filter(number -> node(number).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no node " + name));
  }

  /** Takes in what instances have written. */
  private void listen() throws IOException {
    files.read(history::add);
  }

  /**
   * Waits until all nodes are one cluster, and all roles run as often as they shall, by what the
   * nodes say and by what the instances wrote.
   *
   * @throws TimeoutException if they do not; the message tells what each node knows
   * @throws IOException if the witness cannot read
   * @throws InterruptedException if this thread is interrupted
   */
  public void awaitWhole() throws TimeoutException, IOException, InterruptedException {
    long end = System.nanoTime() + WHOLE.toNanos();
    while (true) {
      // The witness first: asking costs the nodes.
      List<String> missing = missing();
      long left = end - System.nanoTime();
      if (missing.isEmpty() && left > 0) {
        ClusterSnapshot snapshot = group.awaitWhole(Duration.ofNanos(left));
        missing = missing();
        if (missing.isEmpty() && snapshot.activeNodes().size() == size()) {
          return;
        }
      }
      if (left <= 0) {
        throw new TimeoutException(
            "not whole within " + WHOLE + ": " + missing + "\n" + describe());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Tells whether the voters are the nodes in their present lives. */
  boolean isSettled() throws IOException {
    return voters.isSettled(group.nodes());
  }

  /**
   * Waits until the voters are the nodes in their present lives: until the death of each former
   * life is proven, which takes as long as its connections need to notice.
   *
   * @throws TimeoutException if they are not within 150 s
   * @throws IOException if a log cannot be read
   * @throws InterruptedException if this thread is interrupted
   */
  void awaitSettled() throws TimeoutException, IOException, InterruptedException {
    if (!settlesWithin(WHOLE)) {
      throw new TimeoutException("the voters are not the nodes that live, after " + WHOLE);
    }
  }

  /** The same for as long as one likes; tells whether it has come to that. */
  boolean settlesWithin(Duration limit) throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!isSettled()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  private List<String> missing() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Expectation role : expectations.values()) {
      Map<Integer, String> holders = holders(role.role());
      int count = role.counts().lastEntry().getValue();
      if (holders.size() != count) {
        missing.add(role.role() + " wants " + count + " valid, has " + holders);
      }
    }
    return missing;
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    for (NodeProcess node : group.nodes()) {
      text.append(node).append(": ");
      try {
        text.append(node.report().snapshot());
      } catch (IOException e) {
        text.append(e.getMessage());
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** Changes how often a role shall run, from now on. */
  void expect(String role, int count, Duration settle) {
    expectations.computeIfPresent(
        role, (name, old) -> old.changed(count, System.nanoTime(), settle.toNanos()));
  }

  /** A changed number has come about. */
  void settled(String role) {
    expectations.computeIfPresent(role, (name, old) -> old.settledBy(System.nanoTime()));
  }

  /** Tells the witness of something that begins, or that is over. */
  void tell(Disturbance disturbance) {
    disturbances.removeIf(former -> former.from() == disturbance.from());
    disturbances.add(disturbance);
  }

  /**
   * Lets the witness say what it has seen since all was whole for the first time.
   *
   * @param tolerance what each bound is exceeded by before that is a finding
   * @return its report
   * @throws IOException if it cannot read
   */
  public WitnessReport report(Duration tolerance) throws IOException {
    listen();
    // A starved process is to the others as a frozen one.
    return new WitnessCheck(expectations.values(), bounds.of(Cause.FREEZE), tolerance)
        .check(history, disturbances, whole, System.nanoTime() - BEHIND_NANOS);
  }

  /** Returns what the nodes that live take of the machine. */
  public ProcessFigures figures() throws IOException {
    return ProcessFigures.of(group.nodes().stream().map(NodeProcess::pid).toList());
  }

  @Override
  public void close() {
    removeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      // The JVM is shutting down and runs the hook itself.
      return;
    }
  }

  /** Once, whoever is first: this thread, or the end of the JVM. What fails stays, and is told. */
  private synchronized void removeAll() {
    if (removed) {
      return;
    }
    removed = true;
    group.close();
    disks.forEach(FaultCluster::remove);
    if (made != null) {
      made.close();
    }
  }

  private static void remove(SmallDisk disk) {
    try {
      disk.close();
    } catch (UncheckedIOException | IllegalStateException e) {
      System.err.println("a file system stays: " + e.getMessage());
    }
  }
}
