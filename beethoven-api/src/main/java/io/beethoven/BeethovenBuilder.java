package io.beethoven;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.beacon.TcpBeaconTransport;
import io.beethoven.actors.lifecycle.Legacy;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.actors.settings.SettingsSources;
import io.beethoven.actors.state.StateStore;
import io.beethoven.actors.state.StateStores;
import io.beethoven.error.BeethovenBindException;
import io.beethoven.error.BeethovenConfigException;
import io.beethoven.error.BeethovenException;
import io.beethoven.error.ConfigProblem;
import io.beethoven.model.RoleName;
import io.beethoven.role.RoleTask;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/**
 * Builds a node with an actor system of its own. What is said here ranks above system properties,
 * these above the environment, that above {@code application.conf}, and that above {@code
 * reference.conf}, which names and explains every setting.
 */
public final class BeethovenBuilder {

  private static final String ORIGIN = "the program's builder";

  private final Map<RoleName, Role> roles = new TreeMap<>();
  private Config said = ConfigFactory.empty();
  private Config application;

  BeethovenBuilder() {
    this.application = SettingsSources.defaultApplication();
  }

  /**
   * Sets the cluster's name; nodes of another name are strangers.
   *
   * @param cluster {@code beethoven.cluster-name}
   * @return this builder
   */
  public BeethovenBuilder name(String cluster) {
    return set("cluster-name", cluster);
  }

  /**
   * Sets the subnet in which peers are looked for.
   *
   * @param cidr {@code beethoven.discovery.subnet}, such as {@code 10.0.0.0/24}
   * @return this builder
   */
  public BeethovenBuilder subnet(String cidr) {
    return set("discovery.subnet", cidr);
  }

  /**
   * Names peers one by one.
   *
   * @param beacons {@code beethoven.discovery.nodes}, each {@code address} or {@code address:port}
   * @return this builder
   */
  public BeethovenBuilder nodes(String... beacons) {
    return set("discovery.nodes", List.of(beacons));
  }

  /**
   * Sets the address to listen at.
   *
   * @param address {@code beethoven.node.host}, an IP address of this machine
   * @return this builder
   */
  public BeethovenBuilder host(String address) {
    return set("node.host", address);
  }

  /**
   * Sets the port of remoting, which with the host is the node's name.
   *
   * @param port {@code beethoven.node.port}; 0 lets the system choose
   * @return this builder
   */
  public BeethovenBuilder port(int port) {
    return set("node.port", port);
  }

  /**
   * Sets the beacon's port, at which nodes of a subnet find each other.
   *
   * @param port {@code beethoven.beacon.port}; 0 lets the system choose
   * @return this builder
   */
  public BeethovenBuilder beaconPort(int port) {
    return set("beacon.port", port);
  }

  /**
   * Sets whether the end of the JVM makes the node leave in good order.
   *
   * @param wanted {@code beethoven.lifecycle.shutdown-hook}
   * @return this builder
   */
  public BeethovenBuilder shutdownHook(boolean wanted) {
    return set("lifecycle.shutdown-hook", wanted);
  }

  /**
   * Sets any setting.
   *
   * @param path below {@code beethoven}, such as {@code api.ask-timeout}
   * @param value a text, number, truth value, or a list of these
   * @return this builder
   */
  public BeethovenBuilder set(String path, Object value) {
    said =
        said.withValue(
            BeethovenSettings.ROOT + "." + path, ConfigValueFactory.fromAnyRef(value, ORIGIN));
    return this;
  }

  /**
   * Gives a configuration in place of {@code application.conf}. It may hold settings of Pekko too.
   *
   * @param config the configuration
   * @return this builder
   */
  public BeethovenBuilder config(Config config) {
    application = Objects.requireNonNull(config, "config");
    return this;
  }

  /**
   * Adds a role that one method runs.
   *
   * @param name the role's name
   * @param count how many instances the cluster shall run, at most one on a node
   * @param task what runs it, on a thread of its own
   * @return this builder
   * @throws IllegalArgumentException if name or count is not allowed, or the name is taken
   */
  public BeethovenBuilder role(String name, int count, RoleTask task) {
    return role(Role.task(name, task).count(count));
  }

  /**
   * Adds a role.
   *
   * @param role what shall run and what runs it
   * @return this builder
   * @throws IllegalArgumentException if the name is taken
   */
  public BeethovenBuilder role(Role role) {
    add(roles, role);
    return this;
  }

  private static void add(Map<RoleName, Role> roles, Role role) {
    if (roles.putIfAbsent(role.name(), role) != null) {
      throw new IllegalArgumentException(
          "each role must be added once, was added twice: " + role.name());
    }
  }

  /**
   * Starts the node. It returns when queries are answered, which is before the node is ready.
   *
   * @return the started node
   * @throws BeethovenConfigException if a setting is wrong; it lists all that are
   * @throws BeethovenBindException if an address cannot be listened at; it names the setting
   * @throws BeethovenException if the node does not start for another reason
   * @throws IllegalStateException if called from an actor
   */
  public Beethoven start() {
    Config merged = SettingsSources.ofProcess(said, application).merge();
    BeethovenSettings settings = BeethovenSettings.parse(merged);
    return closingOnFailure(
        new Lives(settings, RoleCatalog.of(settings, roles.values()), true),
        lives -> start(merged, settings, lives));
  }

  static Beethoven start(Config merged, BeethovenSettings settings, GuardianFactory guardians) {
    BlockingCalls.refuseOnDispatcher("start", "Beethoven.attach before the actors run");
    Addresses.check(settings);
    GuardianSlot slot = new GuardianSlot();
    EventHub hub = new EventHub(settings.api().subscriberQueue());
    NodeLife life = new OwnedNode(merged, settings, guardians, slot, hub);
    life.start();
    return new Beethoven(settings, slot, hub, life);
  }

  static Beethoven attach(ActorSystem<?> system, List<Role> added) {
    Map<RoleName, Role> roles = new TreeMap<>();
    added.forEach(role -> add(roles, role));
    BeethovenSettings settings = BeethovenSettings.parse(system.settings().config());
    return closingOnFailure(
        new Lives(settings, RoleCatalog.of(settings, roles.values()), false),
        lives -> attach(system, settings, lives));
  }

  static Beethoven attach(
      ActorSystem<?> system, BeethovenSettings settings, GuardianFactory guardians) {
    BlockingCalls.refuseOnDispatcher("attach", "it on the thread that made the actor system");
    List<ConfigProblem> problems = PekkoOverlay.lacks(system.settings().config(), settings);
    if (!problems.isEmpty()) {
      throw new BeethovenConfigException(problems);
    }
    GuardianSlot slot = new GuardianSlot();
    EventHub hub = new EventHub(settings.api().subscriberQueue());
    NodeLife life = new AttachedNode(system, guardians, settings.lifecycle(), slot, hub);
    life.start();
    return new Beethoven(settings, slot, hub, life);
  }

  private static Beethoven closingOnFailure(Lives lives, Function<Lives, Beethoven> start) {
    try {
      return start.apply(lives);
    } catch (RuntimeException e) {
      lives.close();
      throw e;
    }
  }

  /** All lives of one node: they have its state in common. */
  private static final class Lives implements GuardianFactory {
    private final BeethovenSettings settings;
    private final RoleCatalog catalog;
    private final StateStore store;
    private final Legacy legacy;

    Lives(BeethovenSettings settings, RoleCatalog catalog, boolean ownsSystem) {
      this.settings = settings;
      this.catalog = catalog;
      this.store = StateStores.open(settings, ownsSystem);
      this.legacy = new Legacy(store);
    }

    @Override
    public Behavior<BeethovenGuardian.Command> create(SnapshotHolder snapshots) {
      return BeethovenGuardian.create(
          new BeethovenGuardian.Setup(
              settings,
              catalog.registry(),
              catalog.specs(),
              () -> TcpBeaconTransport.bind(settings.beacon()),
              snapshots,
              Clock.systemUTC(),
              legacy));
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
