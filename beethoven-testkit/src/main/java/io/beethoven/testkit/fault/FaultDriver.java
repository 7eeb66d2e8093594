package io.beethoven.testkit.fault;

import io.beethoven.testkit.witness.Cause;
import io.beethoven.testkit.witness.Disturbance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Brings about what a scenario says, and makes it good again. For one thread at a time. */
public final class FaultDriver {

  /** The death of most former lives is proven by then; a bound presupposes that. */
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private final FaultCluster cluster;
  private final ProcessFaults processes;
  private final NetworkFaults networks;

  /**
   * Creates a driver.
   *
   * @param cluster whom it does it to
   */
  public FaultDriver(FaultCluster cluster) {
    this.cluster = cluster;
    this.processes = new ProcessFaults(cluster);
    this.networks = new NetworkFaults(cluster);
  }

  /** Something that is done. */
  public interface Act {

    /**
     * Does it, and makes it good again.
     *
     * @throws TimeoutException if something does not come about that it waits for
     * @throws IOException if a process cannot be started, or a node does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    void run() throws IOException, TimeoutException, InterruptedException;
  }

  /**
   * Waits until the cluster is whole, does what the scenario says, makes it good again, and waits
   * until the cluster is whole. The witness is told; of no bound, where a former life of a node
   * still counts as a voter, so that nodes that have joined since run nothing.
   *
   * @param scenario what to do
   * @return what was done, as the witness knows it
   * @throws TimeoutException if the cluster does not become whole, or a node does not end that was
   *     asked to
   * @throws IOException if a process cannot be started, or a node does not answer
   * @throws InterruptedException if this thread is interrupted
   */
  public Disturbance play(Scenario scenario)
      throws TimeoutException, IOException, InterruptedException {
    cluster.awaitWhole();
    if (scenario.fault() == Fault.SCALE_DOWN_WHILE_FROZEN) {
      // An edit is acknowledged by all voters only.
      cluster.awaitSettled();
    }
    boolean settled = cluster.settlesWithin(SETTLE);
    Random random = new Random(scenario.seed());
    int victim = pick(scenario, random);
    List<Integer> others = cluster.numbers().stream().filter(number -> number != victim).toList();
    int other = others.get(random.nextInt(others.size()));
    Disturbance begun =
        new Disturbance(
            scenario.text()
                + " on "
                + cluster.node(victim).name()
                + (settled ? "" : ", voters not settled"),
            scenario.fault().cause(),
            bound(scenario.fault()).filter(bound -> settled),
            startFirstBound(scenario.fault()).filter(bound -> settled),
            System.nanoTime(),
            Long.MAX_VALUE,
            left(scenario.fault(), victim));
    return play(begun, mayEndLeases(scenario.fault()), act(scenario, victim, other, random));
  }

  /**
   * The same with something that is no {@link Fault}. Its gaps are held against the bound of its
   * cause.
   *
   * @param what a name for people
   * @param cause what it is to Beethoven
   * @param left how many nodes can run roles meanwhile
   * @param act does it and makes it good again
   * @return what was done, as the witness knows it
   * @throws TimeoutException as {@link #play(Scenario)}
   * @throws IOException as {@link #play(Scenario)}
   * @throws InterruptedException as {@link #play(Scenario)}
   */
  public Disturbance play(String what, Cause cause, int left, Act act)
      throws TimeoutException, IOException, InterruptedException {
    cluster.awaitWhole();
    cluster.awaitSettled();
    Optional<Duration> bound = cluster.bounds().of(cause);
    Disturbance begun =
        new Disturbance(what, cause, bound, bound, System.nanoTime(), Long.MAX_VALUE, left);
    return play(begun, cause != Cause.CRASH, act);
  }

  private Disturbance play(Disturbance begun, boolean mayEndLeases, Act act)
      throws TimeoutException, IOException, InterruptedException {
    cluster.tell(begun);
    act.run();
    cluster.awaitWhole();
    Duration left = aftermath().minusNanos(System.nanoTime() - begun.from());
    if (mayEndLeases && !left.isNegative()) {
      sleep(left);
      cluster.awaitWhole();
    }
    Disturbance over = begun.over(System.nanoTime());
    cluster.tell(over);
    return over;
  }

  /** So long after a freeze or a cut began a lease may yet end for it: three quarters of all. */
  private Duration aftermath() {
    return cluster.bounds().of(Cause.FREEZE).orElseThrow().multipliedBy(3).dividedBy(4);
  }

  private int pick(Scenario scenario, Random random) throws IOException {
    int allocator = cluster.allocator();
    return switch (scenario.fault()) {
      case HANG_IN_START, HANG_IN_STOP -> cluster.holder(FaultClusterOptions.STUBBORN, 0);
      case SCALE_DOWN_WHILE_FROZEN -> cluster.holder(FaultClusterOptions.TWO, 1);
      default ->
          switch (scenario.target()) {
            case HOST -> cluster.holder(FaultClusterOptions.ONE, 0);
            case ALLOCATOR -> allocator;
            case OTHER -> {
              List<Integer> others =
                  cluster.numbers().stream().filter(number -> number != allocator).toList();
              yield others.get(random.nextInt(others.size()));
            }
          };
    };
  }

  /** A cluster is whole for a while after a fault that nobody has noticed yet. */
  private static boolean mayEndLeases(Fault fault) {
    return fault.cause() == Cause.FREEZE || fault.cause() == Cause.CUT || fault == Fault.FLAP;
  }

  /** Returns how many nodes can run roles meanwhile; what is not bounded is to be seen, too. */
  private int left(Fault fault, int victim) {
    if (cluster.size() == 2 && victim == 1 && fault.cause() == Cause.FREEZE) {
      // The upper one of two waits for the lower one, of whose death it has no proof.
      return 0;
    }
    return switch (fault) {
      case KILL_TWO, KILL_WHO_TAKES_OVER -> cluster.size() - 2;
      default -> cluster.size() - 1;
    };
  }

  private Optional<Duration> bound(Fault fault) {
    Optional<Duration> bound = cluster.bounds().of(fault.cause());
    return hasTwoEvents(fault) ? bound.map(planned -> planned.plus(crash())) : bound;
  }

  private Optional<Duration> startFirstBound(Fault fault) {
    if (fault.cause() != Cause.PLANNED_STOP) {
      return bound(fault);
    }
    return Optional.of(hasTwoEvents(fault) ? crash() : Duration.ZERO);
  }

  /** Tells whether somebody dies in a planned stop. */
  private static boolean hasTwoEvents(Fault fault) {
    return fault == Fault.KILL_WHILE_IT_HANDS_OVER || fault == Fault.KILL_WHO_TAKES_OVER;
  }

  private Duration crash() {
    return cluster.bounds().of(Cause.CRASH).orElseThrow();
  }

  private Act act(Scenario scenario, int victim, int other, Random random) {
    Duration hold = scenario.hold();
    return switch (scenario.fault()) {
      case KILL -> () -> processes.kill(hold, victim);
      case KILL_TWO -> () -> processes.kill(hold, victim, other);
      case RESTART_STORM -> () -> processes.storm(victim, hold, 2 + random.nextInt(4));
      case STOP -> () -> processes.stop(victim, hold);
      case KILL_WHILE_IT_HANDS_OVER -> () -> processes.stopAndKill(victim, victim, hold);
      case KILL_WHO_TAKES_OVER -> () -> processes.stopAndKill(victim, other, hold);
      case FREEZE -> () -> processes.freeze(victim, hold);
      case FREEZE_AND_KILL -> () -> processes.freezeAndKill(victim, hold);
      case HANG_IN_START -> () -> processes.hangInStart(victim, hold);
      case HANG_IN_STOP -> () -> processes.hangInStop(victim, hold);
      case SCALE_DOWN_WHILE_FROZEN -> () -> processes.scaleDown(victim, other, random, hold);
      case RESTART_OF_ALL -> () -> processes.restartAll(hold);
      case DISK_FULL -> () -> processes.fillDisk(victim, other, hold);
      case CLOCK_STEP -> () -> processes.stepClock(victim, random, hold);
      default -> () -> networks.cut(scenario.fault(), victim, hold, random);
    };
  }

  static void sleep(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }
}
