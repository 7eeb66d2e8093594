package io.beethoven.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beethoven.actors.control.ControlClient;
import io.beethoven.actors.control.NodeReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A node in a JVM of its own, to kill, freeze and stop.
 *
 * <p>The process prints {@link EventLines} on its standard output, which are kept here. It never
 * outlives this one: it is killed by {@link #close} and by this JVM's shutdown, and ends by itself
 * when its standard input ends ({@link ParentWatch}), even if this JVM was killed; only one that is
 * frozen at that moment stays until it is thawed. Every wait has a bound. May be used by any
 * thread.
 */
public final class NodeProcess implements AutoCloseable {

  private static final int KEPT_OUTPUT_LINES = 200;
  private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(5);

  private final NodeProcessBuilder settings;
  private final Process process;
  private final Thread killer;
  private final long startedNanoTime;
  private final List<NodeEvent> events = new ArrayList<>();
  private final Deque<String> output = new ArrayDeque<>();
  private final List<Consumer<NodeEvent>> listeners;
  private final Optional<Path> logFile;
  private final Optional<PrintWriter> log;
  private boolean outputEnded;

  NodeProcess(NodeProcessBuilder settings) throws IOException {
    this.settings = settings;
    this.listeners = List.copyOf(settings.listeners());
    this.startedNanoTime = System.nanoTime();
    this.process = new ProcessBuilder(settings.command()).start();
    this.killer = new Thread(process::destroyForcibly, "kill-" + process.pid());
    try {
      this.logFile = settings.logFile(process.pid()).map(NodeProcess::unused);
      this.log =
          logFile.isPresent()
              ? Optional.of(new PrintWriter(Files.newBufferedWriter(logFile.get()), true))
              : Optional.empty();
      Runtime.getRuntime().addShutdownHook(killer);
    } catch (IllegalStateException e) {
      process.destroyForcibly();
      throw new IOException("this JVM is shutting down", e);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
    pump(process.getInputStream(), this::onOutput, "out-" + process.pid());
    pump(process.getErrorStream(), this::keep, "err-" + process.pid());
  }

  /** The ids of processes come again in a long run. */
  private static Path unused(Path file) {
    Path unused = file;
    for (int i = 2; Files.exists(unused); i++) {
      unused = file.resolveSibling(file.getFileName().toString().replace(".log", "-" + i + ".log"));
    }
    return unused;
  }

  /** Returns where all its output is kept; empty if no directory was named for it. */
  public Optional<Path> logFile() {
    return logFile;
  }

  /**
   * Begins the description of a process to start.
   *
   * @param host the address it binds to
   * @return the description, to be completed
   */
  public static NodeProcessBuilder at(String host) {
    return new NodeProcessBuilder(host);
  }

  private void pump(InputStream stream, Consumer<String> sink, String name) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  sink.accept(line);
                }
              } catch (IOException e) {
                keep("(output lost: " + e.getMessage() + ")");
              }
              if (name.startsWith("out")) {
                onOutputEnded();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void onOutput(String line) {
    Optional<NodeEvent> event = EventLines.parse(line);
    if (event.isEmpty()) {
      keep(line);
      return;
    }
    synchronized (this) {
      events.add(event.get());
      notifyAll();
    }
    listeners.forEach(listener -> listener.accept(event.get()));
  }

  private synchronized void keep(String line) {
    log.ifPresent(file -> file.println(line));
    output.add(line);
    if (output.size() > KEPT_OUTPUT_LINES) {
      output.remove();
    }
  }

  private synchronized void onOutputEnded() {
    outputEnded = true;
    notifyAll();
  }

  /** Returns {@code host:port}, the node's name. */
  public String name() {
    return settings.host() + ":" + settings.port();
  }

  /** Returns the process id. */
  public long pid() {
    return process.pid();
  }

  /** Tells whether the process lives. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns when the process was started, by {@link System#nanoTime}. */
  public long startedNanoTime() {
    return startedNanoTime;
  }

  /** Returns the events so far, in the order of their arrival. */
  public synchronized List<NodeEvent> events() {
    return List.copyOf(events);
  }

  /** Returns the last lines of its output that are no events, its log among them. */
  public synchronized String output() {
    return String.join("\n", output);
  }

  /**
   * Waits for an event; one that has come already counts.
   *
   * @param wanted which
   * @param timeout how long to wait
   * @return the first one that is wanted
   * @throws TimeoutException if it did not come in time, or the process ended before; the message
   *     holds the last lines of its output
   * @throws InterruptedException if this thread is interrupted
   */
  public NodeEvent await(Predicate<NodeEvent> wanted, Duration timeout)
      throws TimeoutException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    int looked = 0;
    synchronized (this) {
      while (true) {
        for (; looked < events.size(); looked++) {
          if (wanted.test(events.get(looked))) {
            return events.get(looked);
          }
        }
        long left = end - System.nanoTime();
        if (outputEnded || left <= 0) {
          throw new TimeoutException(
              (outputEnded ? "it ended" : "nothing within " + timeout) + describeOutput());
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }
  }

  /**
   * Waits for the first event of a kind; one that has come already counts.
   *
   * @param kind which
   * @param timeout how long to wait
   * @return the event
   * @throws TimeoutException as {@link #await}
   * @throws InterruptedException if this thread is interrupted
   */
  public NodeEvent await(String kind, Duration timeout)
      throws TimeoutException, InterruptedException {
    try {
      return await(event -> event.kind().equals(kind), timeout);
    } catch (TimeoutException e) {
      throw new TimeoutException("no event " + kind + " of node " + name() + ": " + e.getMessage());
    }
  }

  private String describeOutput() {
    return output.isEmpty() ? "" : "; its last output:\n" + String.join("\n", output);
  }

  /**
   * Asks the node for its report through its control endpoint.
   *
   * @return what it knows at this moment
   * @throws IOException if it does not answer
   */
  public NodeReport report() throws IOException {
    try (ControlClient client = ControlClient.connect(settings.socket(), CONTROL_TIMEOUT)) {
      return client.report();
    }
  }

  /**
   * Asks the node to change how often a role shall run.
   *
   * @param role the role's name
   * @param count how many instances
   * @return empty if it is changed, or why it is not
   * @throws IOException if it does not answer
   */
  public Optional<String> setCount(String role, int count) throws IOException {
    try (ControlClient client = ControlClient.connect(settings.socket(), CONTROL_TIMEOUT)) {
      String answer =
          client
              .request(
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("op", "set-count")
                      .put("role", role)
                      .put("count", count))
              .asText();
      return answer.equals("changed") ? Optional.empty() : Optional.of(answer);
    }
  }

  /**
   * Has the node declare dead all voters that it does not hear.
   *
   * @return who they were, as {@code host:port}
   * @throws IOException if it does not answer
   */
  public List<String> forceQuorum() throws IOException {
    try (ControlClient client = ControlClient.connect(settings.socket(), CONTROL_TIMEOUT)) {
      List<String> dead = new ArrayList<>();
      client.request("force-quorum").forEach(node -> dead.add(node.asText()));
      return dead;
    }
  }

  /**
   * Kills the process with SIGKILL. Does not wait for its end.
   *
   * @return just before the signal, by {@link System#nanoTime}
   */
  public long kill() {
    long before = System.nanoTime();
    process.toHandle().destroyForcibly();
    return before;
  }

  /**
   * Freezes the process with SIGSTOP. Returns when it stands still.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  public void freeze() throws InterruptedException {
    signal("STOP");
    long end = System.nanoTime() + SIGNAL_TIMEOUT.toNanos();
    while (isRunning() && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /**
   * Thaws the process with SIGCONT.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  public void thaw() throws InterruptedException {
    signal("CONT");
  }

  /** Tells whether a signal to stop has not taken effect yet; false where that cannot be seen. */
  private boolean isRunning() {
    Path stat = Path.of("/proc", Long.toString(pid()), "stat");
    try {
      String line = Files.exists(stat) ? Files.readString(stat) : "";
      // "pid (name) state ...", and the name may hold anything.
      int state = line.lastIndexOf(')') + 2;
      return state < line.length() && "TtZX".indexOf(line.charAt(state)) < 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void signal(String name) throws InterruptedException {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start();
      if (!kill.waitFor(SIGNAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        kill.destroyForcibly();
        throw new IllegalStateException("kill -" + name + " of node " + name() + " hangs");
      }
      if (kill.exitValue() != 0) {
        throw new IllegalStateException(
            "kill -" + name + " of node " + name() + " failed with exit code " + kill.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the process with SIGTERM to end in good order. Does not wait for its end. */
  public void terminate() {
    // By its handle: Process.destroy would close its standard input, too.
    process.toHandle().destroy();
  }

  /**
   * Waits for the end of the process.
   *
   * @param timeout how long to wait
   * @return its exit code; 128 + 9 after SIGKILL, 128 + 15 after SIGTERM
   * @throws TimeoutException if it goes on
   * @throws InterruptedException if this thread is interrupted
   */
  public int awaitEnd(Duration timeout) throws TimeoutException, InterruptedException {
    if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException(
          "node " + name() + " did not end within " + timeout + describeOutput());
    }
    return process.exitValue();
  }

  /**
   * Starts a process of the same description. This one should have ended.
   *
   * @return the new process
   * @throws IOException if it cannot be started
   */
  public NodeProcess startAgain() throws IOException {
    return settings.start();
  }

  /**
   * Kills the process if it lives, waits until it is gone, and removes the control socket that a
   * killed one leaves. More calls do nothing.
   */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(SIGNAL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    removeSocket();
    log.ifPresent(PrintWriter::close);
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The JVM is shutting down and runs the hook itself.
      return;
    }
  }

  private void removeSocket() {
    Path socket = settings.socket();
    if (!Files.exists(socket)) {
      return;
    }
    try {
      // It may be another process's by now: the node's, started again.
      ControlClient.connect(socket, CONTROL_TIMEOUT).close();
    } catch (IOException nobodyServesIt) {
      try {
        Files.deleteIfExists(socket);
      } catch (IOException e) {
        keep("control socket not removed: " + e.getMessage());
      }
    }
  }

  @Override
  public String toString() {
    return "NodeProcess[" + name() + ", pid " + pid() + (isAlive() ? "]" : ", ended]");
  }
}
