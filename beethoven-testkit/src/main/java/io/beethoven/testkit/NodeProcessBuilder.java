package io.beethoven.testkit;

import io.beethoven.actors.control.ControlSocket;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The description of a {@link NodeProcess}. Settings go to the process as system properties, which
 * rank above its environment and its configuration file.
 */
public final class NodeProcessBuilder {

  /**
   * The system property that names this JVM's class archive ({@code -XX:SharedArchiveFile}), which
   * processes of the same class path share.
   */
  public static final String CLASS_ARCHIVE = "io.beethoven.class-archive";

  private static final String KEEPS_STATE = "beethoven.state.enabled";
  private static final String OWN_CLASS_PATH = System.getProperty("java.class.path");
  private static final List<String> SMALL_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xss512k",
          "-Xmx256m");

  private final String host;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> arguments = new ArrayList<>();
  private final List<Consumer<NodeEvent>> listeners = new ArrayList<>();
  private List<String> launcher = List.of();
  private List<String> jvmOptions = SMALL_JVM;
  private List<String> moreJvmOptions = List.of();
  private boolean classArchive = true;
  private String classPath = OWN_CLASS_PATH;
  private String mainClass = NodeMain.class.getName();
  private int port = 25520;
  private String cluster = "beethoven";
  private @Nullable Path logDirectory;
  private Path runtimeDirectory = ControlSocket.defaultDirectory();

  NodeProcessBuilder(String host) {
    this.host = Objects.requireNonNull(host, "host");
    settings.put("beethoven.node.host", host);
    settings.put(KEEPS_STATE, "off");
  }

  /**
   * Sets the port of remoting; {@code 25520} if this is not called.
   *
   * @param value TCP port
   * @return this
   */
  public NodeProcessBuilder port(int value) {
    port = value;
    return setting("beethoven.node.port", Integer.toString(value));
  }

  /**
   * Sets the port of the beacon; {@code 33000} if this is not called.
   *
   * @param value TCP port
   * @return this
   */
  public NodeProcessBuilder beaconPort(int value) {
    return setting("beethoven.beacon.port", Integer.toString(value));
  }

  /**
   * Sets the subnet in which the node looks for others.
   *
   * @param cidr such as {@code 127.0.0.0/29}
   * @return this
   */
  public NodeProcessBuilder subnet(String cidr) {
    return setting("beethoven.discovery.subnet", cidr);
  }

  /**
   * Sets the cluster's name; {@code beethoven} if this is not called.
   *
   * @param name the name
   * @return this
   */
  public NodeProcessBuilder cluster(String name) {
    cluster = name;
    return setting("beethoven.cluster-name", name);
  }

  /**
   * Sets where the control socket is made; the user's runtime directory if this is not called.
   *
   * @param directory the runtime directory
   * @return this
   */
  public NodeProcessBuilder runtimeDirectory(Path directory) {
    runtimeDirectory = directory;
    return setting("beethoven.control.directory", directory.toString());
  }

  /**
   * Sets where the node keeps what outlives its process; it keeps nothing if this is not called, so
   * that a test finds no traces of another one.
   *
   * @param directory the node's directory, of this node alone
   * @return this
   */
  public NodeProcessBuilder stateDirectory(Path directory) {
    return setting(KEEPS_STATE, "on").setting("beethoven.state.directory", directory.toString());
  }

  /**
   * Sets anything.
   *
   * @param path the setting, such as {@code beethoven.membership.tick}
   * @param value its value
   * @return this
   */
  public NodeProcessBuilder setting(String path, String value) {
    settings.put(path, value);
    return this;
  }

  /**
   * Names a role for the node to run, for processes that run {@link NodeMain}.
   *
   * @param name the role's name
   * @param count how many instances the cluster shall run
   * @param implementation a {@code RoleTask} or {@code RoleLifecycle} with a public constructor
   *     without parameters
   * @return this
   */
  public NodeProcessBuilder role(String name, int count, Class<?> implementation) {
    return arguments("--role", name + "=" + count + ":" + implementation.getName());
  }

  /**
   * Replaces the options of the JVM, which make a small one that starts fast.
   *
   * @param options such as {@code -Xmx1g}
   * @return this
   */
  public NodeProcessBuilder jvmOptions(List<String> options) {
    jvmOptions = List.copyOf(options);
    return this;
  }

  /**
   * Adds options of the JVM, behind those that {@link #jvmOptions} replaces; of two that contradict
   * each other, such as {@code -Xmx}, the later one counts.
   *
   * @param options such as {@code -Xmx1g}
   * @return this
   */
  public NodeProcessBuilder addJvmOptions(List<String> options) {
    moreJvmOptions = Stream.concat(moreJvmOptions.stream(), options.stream()).toList();
    return this;
  }

  /**
   * Leaves this JVM's class archive aside, so that the process loads all classes by itself.
   *
   * @return this
   */
  public NodeProcessBuilder withoutClassArchive() {
    classArchive = false;
    return this;
  }

  /**
   * Replaces the class path, which is this JVM's.
   *
   * @param value paths with the system's separator between them
   * @return this
   */
  public NodeProcessBuilder classPath(String value) {
    classPath = Objects.requireNonNull(value, "value");
    return this;
  }

  /**
   * Puts a command in front of the JVM's, such as {@code ip netns exec name}. It has to replace
   * itself by the JVM, so that the process started is the node.
   *
   * @param command program and arguments
   * @return this
   */
  public NodeProcessBuilder launcher(String... command) {
    launcher = List.of(command);
    return this;
  }

  /**
   * Replaces the class to run, {@link NodeMain}. It has to print {@link EventLines} and to start
   * {@link ParentWatch}.
   *
   * @param name a class with a main method
   * @return this
   */
  public NodeProcessBuilder mainClass(String name) {
    mainClass = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Adds arguments of the main method.
   *
   * @param more the arguments
   * @return this
   */
  public NodeProcessBuilder arguments(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /**
   * Adds a listener to the process's events.
   *
   * @param listener told of each event on a thread that reads the process's output
   * @return this
   */
  public NodeProcessBuilder onEvent(Consumer<NodeEvent> listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Sets where all output that is no event is kept, in a file per process; it is kept in memory
   * only, and no more than its end, if this is not called.
   *
   * @param directory has to be there
   * @return this
   */
  public NodeProcessBuilder logDirectory(Path directory) {
    logDirectory = Objects.requireNonNull(directory, "directory");
    return this;
  }

  /**
   * Starts a process. May be called again for more processes of the same description.
   *
   * @return the process; it has just begun
   * @throws IOException if it cannot be started
   */
  public NodeProcess start() throws IOException {
    return new NodeProcess(copy());
  }

  /** Returns a description of its own that can be changed without changing this one. */
  NodeProcessBuilder copy() {
    NodeProcessBuilder copy = new NodeProcessBuilder(host);
    copy.settings.putAll(settings);
    copy.arguments.addAll(arguments);
    copy.listeners.addAll(listeners);
    copy.launcher = launcher;
    copy.jvmOptions = jvmOptions;
    copy.moreJvmOptions = moreJvmOptions;
    copy.classArchive = classArchive;
    copy.classPath = classPath;
    copy.mainClass = mainClass;
    copy.port = port;
    copy.logDirectory = logDirectory;
    copy.cluster = cluster;
    copy.runtimeDirectory = runtimeDirectory;
    return copy;
  }

  List<String> command() {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(moreJvmOptions);
    String archive = System.getProperty(CLASS_ARCHIVE, "");
    if (classArchive && !archive.isEmpty() && classPath.equals(OWN_CLASS_PATH)) {
      // Silent where it does not fit: the JVM then starts without it.
      command.addAll(
          List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable", "-Xlog:all=error:stderr"));
    }
    settings.forEach((path, value) -> command.add("-D" + path + "=" + value));
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  String host() {
    return host;
  }

  /** Returns where the output of a process is kept, if it is. */
  Optional<Path> logFile(long pid) {
    return Optional.ofNullable(logDirectory)
        .map(directory -> directory.resolve(host + "-" + port + "-" + pid + ".log"));
  }

  int port() {
    return port;
  }

  List<Consumer<NodeEvent>> listeners() {
    return listeners;
  }

  Path socket() {
    return ControlSocket.path(runtimeDirectory, cluster, new NodeId(host, port));
  }
}
