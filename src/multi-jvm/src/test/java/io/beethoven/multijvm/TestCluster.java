package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.control.ControlClient;
import io.beethoven.actors.control.ControlSocket;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleStatus;
import io.beethoven.multijvm.RoleWitness.Life;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import io.beethoven.testkit.ReportingRole;
import io.beethoven.testkit.RoleAct;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Numbered nodes of one cluster, each a JVM, at loopback addresses that only this test class uses.
 * Register it as a static extension: it ends all processes after the class, and when a test fails
 * it prints what each node knew and the end of its log. The whole logs, at DEBUG, are kept in
 * {@code target/node-logs}.
 */
final class TestCluster
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterAllCallback,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {

  /** Longest wait for a cluster to come about or to be whole again, on a loaded machine. */
  static final Duration WHOLE = Duration.ofSeconds(60);

  private static final Pattern VOTERS = Pattern.compile("voters version=(\\d+) settled=\\[(.*)]");

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(5);
  static final List<String> SMALL_JVM =
      List.of(
          "-Xmx96m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xshare:auto",
          // Nothing of an archive that does not fit.
          "-Xlog:disable",
          "-Xlog:all=error:stderr");

  private static final String LOGGING =
      String.valueOf(TestCluster.class.getResource("/logback-test.xml"));

  private final String name;
  private final Map<String, Integer> defined;
  private final Map<String, Integer> counts;
  private final BiConsumer<Integer, NodeProcessBuilder> shape;
  private final Place place;
  private final Path logs;
  private final Path runtimeDirectory;
  private final Map<Integer, NodeProcess> living = new TreeMap<>();
  private final List<NodeProcess> everStarted = new ArrayList<>();
  private final RoleWitness witness = new RoleWitness();
  private boolean wholeMachine;
  private MachineShare share;

  /**
   * Creates a cluster without nodes.
   *
   * @param test the test class
   * @param counts the roles that every node can run, and how often they shall run
   */
  TestCluster(Class<?> test, Map<String, Integer> counts) {
    this(test, counts, (number, builder) -> {});
  }

  /**
   * Creates a cluster without nodes.
   *
   * @param test the test class
   * @param counts the roles that every node can run, and how often they shall run
   * @param shape sets more of each node's process, by its number
   */
  TestCluster(
      Class<?> test, Map<String, Integer> counts, BiConsumer<Integer, NodeProcessBuilder> shape) {
    this(test, counts, shape, FreeLoopback.find());
  }

  /**
   * Creates a cluster without nodes.
   *
   * @param test the test class
   * @param counts the roles that every node can run, and how often they shall run
   * @param shape sets more of each node's process, by its number
   * @param place where the nodes live; closed at last
   */
  TestCluster(
      Class<?> test,
      Map<String, Integer> counts,
      BiConsumer<Integer, NodeProcessBuilder> shape,
      Place place) {
    this.place = place;
    this.name = test.getSimpleName();
    this.defined = Map.copyOf(counts);
    this.counts = new TreeMap<>(counts);
    this.shape = shape;
    this.logs = Path.of("target", "node-logs", name).toAbsolutePath();
    try {
      this.runtimeDirectory = Files.createTempDirectory("beethoven-it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the test class run only while no other one does. */
  TestCluster onTheWholeMachine() {
    wholeMachine = true;
    return this;
  }

  // nodes

  /** Starts nodes that do not live, as fast as processes can be started. */
  void start(int... numbers) {
    for (int number : numbers) {
      NodeProcessBuilder builder = describe(number);
      try {
        NodeProcess node = builder.start();
        living.put(number, node);
        everStarted.add(node);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private NodeProcessBuilder describe(int number) {
    List<String> options = new ArrayList<>(SMALL_JVM);
    options.add("-Dnode.log=" + logs.resolve(everStarted.size() + ".log"));
    options.add("-Dlogback.configurationFile=" + LOGGING);
    ClassArchive.ours()
        .ifPresent(archive -> options.add("-XX:SharedArchiveFile=" + archive.file()));
    NodeProcessBuilder builder =
        NodeProcess.at(place.host(number))
            .port(place.remotingPort())
            .beaconPort(place.beaconPort())
            .subnet(place.subnet())
            .cluster(name)
            .runtimeDirectory(runtimeDirectory)
            .launcher(place.launcher(number))
            .jvmOptions(options);
    ClassArchive.ours().ifPresent(archive -> builder.classPath(archive.classPath()));
    defined.forEach((role, count) -> builder.role(role, count, ReportingRole.class));
    shape.accept(number, builder);
    return builder;
  }

  /** Changes how often a role shall run; nodes are started with the count that it had at first. */
  void setCount(int asked, String role, int count) {
    try {
      assertThat(node(asked).setCount(role, count)).as("refusal").isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    counts.put(role, count);
  }

  /** Brings it about that exactly these nodes live and are one cluster. */
  void ensure(int... numbers) {
    List<Integer> wanted = Arrays.stream(numbers).boxed().toList();
    for (int number : List.copyOf(living.keySet())) {
      if (!wanted.contains(number)) {
        kill(number);
      }
    }
    start(wanted.stream().filter(n -> !living.containsKey(n)).mapToInt(n -> n).toArray());
    awaitWhole(WHOLE);
  }

  /** Brings it about that at least so many nodes live and that those that do are one cluster. */
  void ensureAtLeast(int size) {
    while (living.size() < size) {
      start(unused());
    }
    awaitWhole(WHOLE);
  }

  /** Returns the lowest number of which no node lives. */
  int unused() {
    return IntStream.iterate(1, number -> number + 1)
        .filter(number -> !living.containsKey(number))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the numbers of the nodes that live. */
  List<Integer> living() {
    return List.copyOf(living.keySet());
  }

  /** Returns the names of the nodes that live. */
  String[] names() {
    return names(living.values()).toArray(String[]::new);
  }

  /** Waits for an event that a node told, or has told already. */
  NodeEvent event(int number, Predicate<NodeEvent> wanted) {
    try {
      return node(number).await(wanted, WHOLE);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  NodeProcess node(int number) {
    NodeProcess node = living.get(number);
    if (node == null) {
      throw new IllegalArgumentException("node " + number + " does not live");
    }
    return node;
  }

  /** Returns the number of the living node of this name. */
  int number(String node) {
    return living.entrySet().stream()
        .filter(entry -> entry.getValue().name().equals(node))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no living node " + node));
  }

  /** Returns what a node is known by. */
  NodeId id(int number) {
    return new NodeId(place.host(number), place.remotingPort());
  }

  /**
   * Kills nodes with SIGKILL, one right after the other.
   *
   * @return just before the first signal, by {@link System#nanoTime}
   */
  long kill(int... numbers) {
    long first = 0;
    for (int number : numbers) {
      NodeProcess node = node(number);
      long killed = node.kill();
      first = first == 0 ? killed : first;
      witness.onEnd(node, killed);
      living.remove(number);
    }
    return first;
  }

  /** Kills all that live. */
  void killAll() {
    kill(living.keySet().stream().mapToInt(number -> number).toArray());
    everStarted.forEach(NodeProcess::close);
  }

  /** Waits for the end of a node that was asked to end, which no longer counts as living. */
  int awaitEnd(int number, Duration timeout) {
    NodeProcess node = node(number);
    try {
      int code = node.awaitEnd(timeout);
      witness.onEnd(node, System.nanoTime());
      living.remove(number);
      return code;
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends a request to a node's control endpoint. */
  String control(int number, String request) {
    Path socket = ControlSocket.path(runtimeDirectory, name, id(number));
    try (ControlClient client = ControlClient.connect(socket, CONTROL_TIMEOUT)) {
      return client.request(request).asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // what they know

  /** Returns what a node knows at this moment. */
  ClusterSnapshot snapshot(int number) {
    try {
      return node(number).report().snapshot();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<ClusterSnapshot> snapshotIfAny(NodeProcess node) {
    try {
      return Optional.of(node.report().snapshot());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the number of a living node that hosts a role, as the given node knows it. */
  List<Integer> hosts(String role, int asked) {
    return snapshot(asked).roles().stream()
        .filter(status -> status.role().value().equals(role))
        .flatMap(status -> status.nodes().stream())
        .map(node -> number(node.toString()))
        .toList();
  }

  /** Returns the number of the node that runs the allocator. */
  int allocator() {
    int any = living.keySet().iterator().next();
    return number(snapshot(any).allocator().orElseThrow().toString());
  }

  /**
   * Waits until all that live are one cluster: each lists exactly these as active, all name the
   * same allocator among them, and each role runs as often as it shall and where they say, by its
   * own words.
   *
   * @return how long it took since the first of the living processes was started
   */
  Duration awaitWhole(Duration timeout) {
    awaitWhole(timeout, living());
    long first =
        living.values().stream().mapToLong(NodeProcess::startedNanoTime).min().orElseThrow();
    return Duration.ofNanos(System.nanoTime() - first);
  }

  /**
   * Waits until each of those that live votes, and could prove the death of each other one, by what
   * their logs say. A cluster is whole a moment before that.
   */
  void awaitArmed() {
    await(
        WHOLE,
        "all voting, all life-lines armed",
        () -> {
          assertThat(latestVoters()).as("voters").containsExactlyElementsOf(sortedIds());
          for (int number : living()) {
            List<String> lines = Files.readAllLines(logFile(node(number)));
            for (int other : living()) {
              String peer = "lines changed node=" + id(other) + "#";
              assertThat(lines.stream().filter(line -> line.contains(peer)).reduce((a, b) -> b))
                  .as("what node %d says of its lines to node %d", number, other)
                  .matches(last -> other == number || last.orElse("").endsWith("armed=true"));
            }
          }
        });
  }

  private List<String> sortedIds() {
    return living().stream().map(number -> id(number).toString()).sorted().toList();
  }

  /** Returns the voters of the highest version of which any log speaks, without their uids. */
  private List<String> latestVoters() throws IOException {
    long highest = 0;
    List<String> voters = List.of();
    for (int number : living()) {
      for (String line : Files.readAllLines(logFile(node(number)))) {
        Matcher matcher = VOTERS.matcher(line);
        if (matcher.find() && Long.parseLong(matcher.group(1)) >= highest) {
          highest = Long.parseLong(matcher.group(1));
          voters =
              Arrays.stream(matcher.group(2).split(", "))
                  .map(voter -> voter.replaceFirst("#.*", ""))
                  .sorted()
                  .toList();
        }
      }
    }
    return voters;
  }

  /** Waits until a node has logged something. */
  void awaitLog(int number, String text, Duration timeout) {
    await(
        timeout,
        "log of node " + number + ": " + text,
        () -> assertThat(Files.readString(logFile(node(number)))).contains(text));
  }

  private Path logFile(NodeProcess node) {
    return logs.resolve(everStarted.indexOf(node) + ".log");
  }

  /** Waits until some of those that live are one cluster, as if the others did not. */
  void awaitWhole(Duration timeout, Collection<Integer> numbers) {
    List<NodeProcess> nodes = numbers.stream().map(this::node).toList();
    await(timeout, "whole", () -> assertThat(whatMissesToBeWhole(nodes)).isEmpty());
  }

  /** Asks the nodes only when nothing misses by what they said unasked: answering costs them. */
  private List<String> whatMissesToBeWhole(List<NodeProcess> nodes) {
    List<String> missing = new ArrayList<>();
    List<String> names = names(nodes);
    nodes.stream()
        .filter(node -> !node.isAlive())
        .forEach(node -> missing.add(node + " has ended"));
    counts.forEach(
        (role, count) -> {
          List<String> running = runningAmong(role, names);
          if (running.size() != Math.min(count, names.size())) {
            missing.add(role + " runs " + running.size() + " times, on " + running);
          }
        });
    List<String> allocators = new ArrayList<>();
    for (NodeProcess node : nodes) {
      if (missing.isEmpty()) {
        checkNode(node, names, allocators, missing);
      }
    }
    if (missing.isEmpty()
        && (allocators.stream().distinct().count() != 1 || !names.containsAll(allocators))) {
      missing.add("allocators named: " + allocators);
    }
    return missing;
  }

  private void checkNode(
      NodeProcess node, List<String> names, List<String> allocators, List<String> missing) {
    Optional<ClusterSnapshot> answer = snapshotIfAny(node);
    if (answer.isEmpty()) {
      missing.add(node.name() + " does not answer");
      return;
    }
    ClusterSnapshot snapshot = answer.get();
    if (!texts(snapshot.activeNodes()).equals(names)) {
      missing.add(node.name() + " lists as active " + snapshot.activeNodes());
    }
    if (snapshot.mode() != ClusterMode.CLUSTERED || !snapshot.ready()) {
      missing.add(node.name() + " is " + snapshot.mode() + ", ready=" + snapshot.ready());
    }
    allocators.add(snapshot.allocator().map(NodeId::toString).orElse("none"));
    counts.keySet().forEach(role -> checkRole(node, snapshot, role, names, missing));
  }

  private void checkRole(
      NodeProcess node,
      ClusterSnapshot snapshot,
      String role,
      List<String> names,
      List<String> missing) {
    List<String> reported =
        snapshot.roles().stream()
            .filter(status -> status.role().value().equals(role))
            .findFirst()
            .map(RoleStatus::nodes)
            .map(TestCluster::texts)
            .orElse(List.of());
    List<String> running = runningAmong(role, names);
    if (!reported.equals(running)) {
      missing.add(
          node.name() + " says " + role + " runs on " + reported + ", it runs on " + running);
    }
  }

  private List<String> runningAmong(String role, List<String> names) {
    return running(role).stream().filter(names::contains).toList();
  }

  /** Returns the names of the nodes on which a role runs by its own words, sorted. */
  List<String> running(String role) {
    return lives(role).stream().filter(Life::isRunning).map(Life::node).sorted().toList();
  }

  /** Returns all lives of the role's instances since the first node was started. */
  List<Life> lives(String role) {
    return witness.lives(role, everStarted);
  }

  /**
   * Waits until a life of a role begins after a moment.
   *
   * @return how long after
   */
  Duration awaitRunning(String role, long after, Duration timeout) {
    await(
        timeout,
        role + " anew",
        () -> assertThat(lives(role)).anyMatch(life -> life.from() - after > 0));
    return lives(role).stream()
        .filter(life -> life.from() - after > 0)
        .findFirst()
        .map(life -> Duration.ofNanos(life.from() - after))
        .orElseThrow();
  }

  /** Waits until a node is standalone and runs one instance of each role, by their own words. */
  void awaitAlone(int number) {
    String self = node(number).name();
    await(
        WHOLE,
        "node " + number + " standalone",
        () -> {
          ClusterSnapshot snapshot = snapshot(number);
          assertThat(snapshot.mode()).isEqualTo(ClusterMode.STANDALONE);
          assertThat(snapshot.activeNodes()).isEmpty();
          assertThat(snapshot.ready()).isTrue();
          counts.keySet().forEach(role -> assertThat(running(role)).as(role).containsExactly(self));
          assertThat(snapshot.roles())
              .allSatisfy(role -> assertThat(texts(role.nodes())).containsExactly(self));
        });
  }

  /** Waits until a check succeeds, and fails with its last failure if it does not in time. */
  void await(Duration timeout, String what, Check check) {
    try {
      Awaitility.await(what)
          .atMost(timeout)
          .pollInterval(POLL)
          .pollDelay(Duration.ZERO)
          .ignoreExceptions()
          .untilAsserted(check::run);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not within " + timeout + ": " + what + "\n" + e.getMessage(), e);
    }
  }

  /** Something that throws if it does not hold. */
  @FunctionalInterface
  interface Check {
    void run() throws Exception;
  }

  /**
   * Fails if an instance ever found its right to be held after one with a higher token of the same
   * slot had acted, on whatever node; that is, if two were ever valid at once.
   */
  void assertNeverTwoValid() {
    counts
        .keySet()
        .forEach(
            role -> {
              List<RoleAct> acts = RoleWitness.acts(role, everStarted);
              assertThat(acts).as("acts of " + role).isNotEmpty();
              assertThat(RoleAct.outdated(acts)).as("outdated acts of " + role).isEmpty();
            });
  }

  /** Tells whether no role runs on any node that lives, at any time until the time has passed. */
  boolean staysIdle(Duration time) {
    long since = System.nanoTime();
    while (System.nanoTime() - since < time.toNanos()) {
      if (counts.keySet().stream().anyMatch(role -> !running(role).isEmpty())) {
        return false;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    return true;
  }

  /** Returns the highest token that acted in each slot of a role so far. */
  Map<Integer, String> highestTokens(String role) {
    Map<Integer, String> highest = new TreeMap<>();
    RoleWitness.acts(role, everStarted)
        .forEach(
            act -> highest.merge(act.slot(), act.token(), (a, b) -> a.compareTo(b) > 0 ? a : b));
    return highest;
  }

  /** Fails if more instances of a role ran at once than there shall be, since a moment. */
  void assertNeverMoreThanCounted(long since) {
    counts.forEach(
        (role, count) ->
            assertThat(RoleWitness.mostAtOnce(lives(role), since))
                .as("most instances of %s at once, of %s", role, lives(role))
                .isLessThanOrEqualTo(count));
  }

  private static List<String> names(Collection<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::name).sorted().toList();
  }

  private static List<String> texts(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::toString).sorted().toList();
  }

  // the life of the extension

  @Override
  public void beforeAll(ExtensionContext context) {
    share = MachineShare.take(wholeMachine);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    // A node that ended by itself in an earlier test is no part of the cluster any more.
    Map<Integer, NodeProcess> ended = new LinkedHashMap<>(living);
    ended.values().removeIf(NodeProcess::isAlive);
    ended.forEach(
        (number, node) -> {
          witness.onEnd(node, System.nanoTime());
          living.remove(number);
        });
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    tell(context, failure);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    tell(context, failure);
  }

  private void tell(ExtensionContext context, Throwable failure) throws Throwable {
    StringBuilder text = new StringBuilder("== ").append(context.getDisplayName());
    text.append(" failed: ").append(failure.getMessage()).append('\n');
    living.forEach(
        (number, node) -> {
          text.append("-- node ").append(number).append(' ').append(node);
          text.append(" log ").append(logFile(node)).append('\n');
          snapshotIfAny(node).ifPresent(snapshot -> text.append(snapshot).append('\n'));
          text.append(node.output().indent(2));
        });
    counts
        .keySet()
        .forEach(role -> text.append(role).append(": ").append(lives(role)).append('\n'));
    System.err.println(text.append("-- whole logs in ").append(logs));
    throw failure;
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    killAll();
    place.close();
    share.close();
    try (var files = Files.walk(runtimeDirectory)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }

  /** Prints a measured time, for people who read the log of a build. */
  static void measured(String what, Duration time) {
    System.out.println("measured " + what + " ms=" + TimeUnit.NANOSECONDS.toMillis(time.toNanos()));
  }
}
