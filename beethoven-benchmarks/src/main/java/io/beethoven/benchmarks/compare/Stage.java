package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.BenchNode;
import io.beethoven.benchmarks.Event;
import io.beethoven.benchmarks.Witness;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeEvent;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The processes of one library, on which failovers are measured one after the other: the process
 * that runs the role is the victim, and is started again before the next one. Closing it kills them
 * all. For one thread at a time.
 */
final class Stage implements AutoCloseable {

  /** No library needs longer with its defaults. */
  private static final Duration TIMEOUT = Duration.ofSeconds(150);

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(20);
  private static final Duration ORDERLY_END = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 20;

  /** How long a line may be on its way. */
  private static final long TOLD_MILLIS = 100;

  /** Who is silent for so long acts no more. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path directory;
  private final Contender contender;
  private final StageOptions options;
  private final NodeGroup nodes = new NodeGroup();
  private final ActLog log = new ActLog();
  private Optional<NodeProcess> server = Optional.empty();
  private Optional<NodeProcess> gone = Optional.empty();

  private Stage(Contender contender, StageOptions options) throws IOException {
    this.directory = Files.createTempDirectory("beethoven-compare-");
    this.contender = contender;
    this.options = options;
  }

  /**
   * Starts the processes and waits until they are whole. The first one starts alone, so that no
   * library forms several clusters that it has to merge.
   *
   * @param contender which library
   * @param number the stage's, from 0; no other one of that number may be there
   * @param options how
   * @return the stage
   * @throws Exception if they do not become whole in time
   */
  static Stage start(Contender contender, int number, StageOptions options) throws Exception {
    Stage stage = new Stage(contender, options);
    try {
      stage.start(new Site(number, options.nodes(), stage.directory));
      return stage;
    } catch (Exception e) {
      stage.close();
      throw e;
    }
  }

  private void start(Site site) throws Exception {
    Optional<NodeProcessBuilder> beside = contender.server(site);
    if (beside.isPresent()) {
      NodeProcess process = options.apply(beside.get(), directory).start();
      server = Optional.of(process);
      process.await(EventLines.STARTED, START);
    }
    for (String host : site.hosts()) {
      boolean alone = nodes.nodes().isEmpty();
      NodeProcess node =
          nodes.start(options.apply(contender.node(host, site), directory).onEvent(log::onEvent));
      if (alone) {
        node.await(Stage::isThere, START);
      }
    }
    contender.awaitWhole(nodes, TIMEOUT);
  }

  /**
   * Puts the cluster together again after the last failover, and measures one.
   *
   * @param event what to do to the process that runs the role
   * @return what was measured
   * @throws Exception if the role does not run elsewhere, or the cluster is not whole in time
   */
  Measured run(Event event) throws Exception {
    if (gone.isPresent()) {
      nodes.startAgain(gone.get());
      gone = Optional.empty();
      contender.awaitWhole(nodes, TIMEOUT);
      TimeUnit.MILLISECONDS.sleep(contender.restAfterRestart().toMillis());
    }
    TimeUnit.MILLISECONDS.sleep(options.settleMillis());
    contender.awaitWhole(nodes, TIMEOUT);
    log.forgetBefore(System.nanoTime() - QUIET_NANOS);
    NodeProcess victim = victim();
    Measured measured =
        switch (event) {
          case KILL -> kill(victim);
          case FREEZE -> freeze(victim);
          case STOP -> stop(victim);
        };
    end(victim);
    gone = Optional.of(victim);
    return measured;
  }

  private static boolean isThere(NodeEvent event) {
    return event.kind().equals(ActLines.MEMBERS) || event.isRunning(ActLines.ROLE);
  }

  private NodeProcess victim() {
    List<NodeProcess> acting =
        nodes.nodes().stream().filter(node -> PeerContender.isActing(node.events())).toList();
    if (acting.size() != 1) {
      throw new IllegalStateException("the role runs on " + acting);
    }
    return acting.get(0);
  }

  private Measured kill(NodeProcess victim) throws Exception {
    String host = victim.name().substring(0, victim.name().lastIndexOf(':'));
    int port = Integer.parseInt(victim.await(BenchNode.WITNESS, START).field("port"));
    try (Witness witness = new Witness(host, port)) {
      long began = System.nanoTime();
      victim.kill();
      Handover handover = awaitNext(victim, began);
      double fin = (witness.awaitEnd(END) - began) / 1e6;
      return measured(handover, OptionalLong.empty(), Optional.of(fin), Overlap.NONE);
    }
  }

  private Measured freeze(NodeProcess victim) throws Exception {
    long began = System.nanoTime();
    victim.freeze();
    awaitNext(victim, began);
    long thawed = System.nanoTime();
    victim.thaw();
    long end = thawed + TimeUnit.MILLISECONDS.toNanos(options.overlapMillis());
    boolean settled = false;
    while (!settled && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      long since = System.nanoTime() - QUIET_NANOS;
      settled = since - thawed > 0 && handover(victim, began).isSettled(since);
    }
    Handover handover = handover(victim, began);
    return measured(
        handover, OptionalLong.of(thawed), Optional.empty(), handover.overlap(thawed, settled));
  }

  private Measured stop(NodeProcess victim) throws Exception {
    long began = System.nanoTime();
    victim.terminate();
    awaitNext(victim, began);
    end(victim);
    TimeUnit.MILLISECONDS.sleep(TOLD_MILLIS);
    Handover handover = handover(victim, began);
    long next = handover.next().orElseThrow().nanoTime();
    return measured(handover, OptionalLong.empty(), Optional.empty(), handover.overlap(next, true));
  }

  private static Measured measured(
      Handover handover, OptionalLong thawed, Optional<Double> fin, Overlap overlap) {
    return new Measured(
        handover.victim(),
        handover.next().orElseThrow().node(),
        handover.totalMillis(),
        handover.gapMillis(thawed),
        fin,
        overlap);
  }

  private Handover awaitNext(NodeProcess victim, long began)
      throws TimeoutException, InterruptedException {
    while (true) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      Handover handover = handover(victim, began);
      if (handover.next().isPresent()) {
        TimeUnit.MILLISECONDS.sleep(TOLD_MILLIS);
        return handover(victim, began);
      }
      if (System.nanoTime() - began > TIMEOUT.toNanos()) {
        throw new TimeoutException("the role did not run elsewhere within " + TIMEOUT);
      }
    }
  }

  private Handover handover(NodeProcess victim, long began) {
    return new Handover(victim.name(), began, log.acts());
  }

  /** Lets the victim leave in good order if it still can, and ends it if not. */
  private static void end(NodeProcess victim) throws TimeoutException, InterruptedException {
    if (victim.isAlive()) {
      victim.terminate();
      try {
        victim.awaitEnd(ORDERLY_END);
      } catch (TimeoutException e) {
        victim.kill();
      }
    }
    victim.awaitEnd(END);
  }

  /** Returns the last lines of each process's output. */
  String describe() {
    StringBuilder text = new StringBuilder();
    server.ifPresent(node -> text.append(node).append('\n').append(node.output().indent(4)));
    nodes.nodes().forEach(node -> text.append(node).append('\n').append(node.output().indent(4)));
    return text.toString();
  }

  @Override
  public void close() {
    nodes.close();
    server.ifPresent(NodeProcess::close);
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
