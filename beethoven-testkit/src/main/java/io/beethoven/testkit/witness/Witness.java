package io.beethoven.testkit.witness;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import io.beethoven.testkit.witness.WitnessEvent.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The witness's hand in a process that runs roles: it writes down each start, tick and stop of the
 * instances that it was given, with the token and {@code isGranted()} at that moment.
 *
 * <p>It writes to a file of its own in a directory that all processes of the machine share, and the
 * witness reads along ({@link WitnessFiles}). No cut of a network gets in the way of a file, a
 * killed process loses no line that it has written, since the kernel has it, and nobody has to be
 * there to take a line, as somebody at the other end of a socket would. The directory must not be
 * on a file system that is filled up as a part of the test.
 *
 * <p>A role is never held up: a thread of this object's does the ticks and all writing. What is
 * lost with a killed process are the last milliseconds. A process that is frozen in a look and
 * thawed later writes a line whose two times lie far apart, and a line that it writes late has its
 * true times all the same.
 *
 * <pre>{@code
 * Witness witness = Witness.in(Path.of("/tmp/witness"));
 * Beethoven.builder().role(Role.task("writer", witness.task(new Writer())).count(2)).start();
 * }</pre>
 *
 * <p>May be used by any thread.
 */
public final class Witness implements AutoCloseable {

  /** How often an instance looks at its right. */
  public static final Duration TICK = Duration.ofMillis(5);

  /** The end of the names of the files. */
  static final String SUFFIX = ".witness";

  /** More acts than these are not waiting to be written: a disk that hangs takes no memory. */
  private static final int MOST_WAITING = 100_000;

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Path file;
  private final OutputStream out;
  private final WitnessLines lines;
  private final Thread thread;
  private final AtomicInteger instances = new AtomicInteger();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final Queue<WitnessEvent> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<WitnessedInstance> running = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  private Witness(Path file) throws IOException {
    this.file = file;
    this.out = Files.newOutputStream(file);
    this.lines = new WitnessLines(file.getFileName().toString());
    this.thread = new Thread(this::write, "beethoven-witness");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Opens a file of this process's.
   *
   * @param directory where all processes write; made if it is not there
   * @return the writer; one per process is enough
   * @throws IOException if the file cannot be made
   */
  public static Witness in(Path directory) throws IOException {
    Files.createDirectories(directory);
    String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID() + SUFFIX;
    return new Witness(directory.resolve(name));
  }

  /** Returns the name that this process's events bear. */
  public String process() {
    return file.getFileName().toString();
  }

  /**
   * Returns a task that does the same and is watched.
   *
   * @param task the role
   * @return what to give to {@code Role.task}
   */
  public RoleTask task(RoleTask task) {
    Objects.requireNonNull(task, "task");
    return context -> {
      WitnessedInstance instance = begin(context);
      try {
        task.run(context);
      } finally {
        instance.end();
      }
    };
  }

  /**
   * Returns a factory whose roles do the same and are watched from before their start until they
   * have stopped.
   *
   * @param factory makes the roles
   * @return what to give to {@code Role.lifecycle}
   */
  public Supplier<RoleLifecycle> lifecycle(Supplier<? extends RoleLifecycle> factory) {
    Objects.requireNonNull(factory, "factory");
    return () -> new WitnessedLifecycle(this, factory.get());
  }

  /**
   * Begins to watch an instance, for roles of other kinds: a behavior calls this where it is set
   * up, and {@link WitnessedInstance#end} upon its stop.
   *
   * @param context the instance's
   * @return the instance as the witness knows it
   */
  public WitnessedInstance begin(RoleContext context) {
    WitnessedInstance instance = new WitnessedInstance(this, instances.incrementAndGet(), context);
    enqueue(instance.look(Kind.START));
    running.add(instance);
    return instance;
  }

  void end(WitnessedInstance instance, WitnessEvent last) {
    if (running.remove(instance)) {
      enqueue(last);
    }
  }

  /** Has an act written, or forgets it where too many wait. */
  void act(WitnessEvent act) {
    if (waitingCount.get() < MOST_WAITING) {
      enqueue(act);
    }
  }

  private void enqueue(WitnessEvent event) {
    waitingCount.incrementAndGet();
    waiting.add(event);
  }

  private void write() {
    try (out) {
      boolean last;
      do {
        last = closed;
        writeOnce();
        LockSupport.parkNanos(TICK.toNanos());
      } while (!last);
    } catch (IOException e) {
      // Its instances look as if they had ended, which the witness will say.
      System.err.println("witness " + file + " failed: " + e);
    }
  }

  private void writeOnce() throws IOException {
    // Looked at before the queue is emptied: the start of each of them is in the queue or written.
    List<WitnessEvent> ticks = new ArrayList<>();
    running.forEach(instance -> ticks.add(instance.look(Kind.TICK)));
    StringBuilder text = new StringBuilder();
    Map<Integer, WitnessEvent> stops = new LinkedHashMap<>();
    for (WitnessEvent event = waiting.poll(); event != null; event = waiting.poll()) {
      waitingCount.decrementAndGet();
      if (event.kind() == Kind.STOP) {
        stops.put(event.instance(), event);
      } else if (event.kind() == Kind.START || isOfOneThatRuns(event, stops)) {
        lines.write(event, text);
      }
    }
    ticks.forEach(tick -> lines.write(tick, text));
    stops.values().forEach(stop -> lines.write(stop, text));
    if (text.length() > 0) {
      // One call, so that a process that is killed leaves whole lines.
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** An act of a thread that an instance has left behind says nothing of the instance. */
  private boolean isOfOneThatRuns(WitnessEvent act, Map<Integer, WitnessEvent> stops) {
    return lines.knows(act.instance()) && !stops.containsKey(act.instance());
  }

  /** Writes what is left and ends. The file stays. More calls do nothing. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.NANOSECONDS.toMillis(LAST_WORDS.toNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
