package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.beethoven.actors.discovery.InterfaceAddresses;
import io.beethoven.actors.role.RoleImplementation;
import io.beethoven.actors.role.RoleRegistry;
import io.beethoven.discovery.Agreement;
import io.beethoven.error.BeethovenConfigException;
import io.beethoven.error.ConfigProblem;
import io.beethoven.grant.Bounds;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Timing;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything under {@code beethoven}, parsed once. Meanings, units and ranges stand in {@code
 * reference.conf}, which also holds every default.
 *
 * @param clusterName nodes of another name are strangers
 * @param profile what its times are tuned for
 * @param node where the node listens and how it is called
 * @param security how it protects itself
 * @param beacon the beacon
 * @param discovery how peers are found
 * @param islands what is done about clusters that were formed apart
 * @param membership how the node table is kept
 * @param evidence how death is noticed
 * @param lease how a node stays in contact with the others
 * @param role how roles are run and allocated
 * @param roleDefaults what holds for a role that does not say otherwise
 * @param roles the roles of the configuration, in its order
 * @param state what a node keeps across restarts
 * @param api how programs ask
 * @param control the control endpoint
 * @param lifecycle how the node starts, ends, and starts again
 * @param agreement what all nodes of a cluster must have alike, beside the cluster's name
 */
public record BeethovenSettings(
    String clusterName,
    Profile profile,
    NodeSettings node,
    SecurityMode security,
    BeaconSettings beacon,
    DiscoverySettings discovery,
    IslandSettings islands,
    MembershipSettings membership,
    EvidenceSettings evidence,
    LeaseSettings lease,
    RoleSettings role,
    RoleDefaults roleDefaults,
    List<RoleDefinition> roles,
    StateSettings state,
    ApiSettings api,
    ControlSettings control,
    LifecycleSettings lifecycle,
    Agreement agreement) {

  /** The path under which all settings stand. */
  public static final String ROOT = "beethoven";

  /** Copies the list. */
  public BeethovenSettings {
    Objects.requireNonNull(clusterName, "clusterName");
    roles = List.copyOf(roles);
  }

  /**
   * Parses the settings of this process: system properties, environment, {@code application.conf},
   * {@code reference.conf}.
   *
   * @return the settings
   * @throws BeethovenConfigException if something is wrong; it lists everything that is
   */
  public static BeethovenSettings load() {
    return parse(
        SettingsSources.ofProcess(ConfigFactory.empty(), SettingsSources.defaultApplication())
            .merge());
  }

  /**
   * Parses settings. What the configuration lacks is taken from {@code reference.conf}.
   *
   * @param config holds the settings under {@code beethoven}
   * @return the settings
   * @throws BeethovenConfigException if something is wrong; it lists everything that is
   */
  public static BeethovenSettings parse(Config config) {
    return parse(config, InterfaceAddresses.ofThisMachine());
  }

  /**
   * Parses settings.
   *
   * @param config holds the settings under {@code beethoven}
   * @param interfaces what addresses this machine has, to choose from where none is set
   * @return the settings
   * @throws BeethovenConfigException if something is wrong; it lists everything that is
   */
  public static BeethovenSettings parse(Config config, InterfaceAddresses interfaces) {
    Config reference = SettingsSources.reference();
    Config whole = Profiles.lay(config.withFallback(reference).resolve());
    List<ConfigProblem> problems = new ArrayList<>();
    ConfigValue root = whole.root().get(ROOT);
    if (!(root instanceof ConfigObject given)) {
      throw new BeethovenConfigException(
          List.of(SettingsReader.problem(ROOT, root, "must be a block of settings")));
    }
    boolean readable = KeyCheck.find(given, reference.getObject(ROOT), ROOT, problems);
    if (!readable) {
      throw new BeethovenConfigException(problems);
    }
    BeethovenSettings settings =
        new SectionsReader(given.toConfig(), interfaces, classes(), problems).read();
    if (!problems.isEmpty()) {
      throw new BeethovenConfigException(problems);
    }
    return settings;
  }

  /** Returns the times by which rights, leases and exclusions go. */
  public Timing timing() {
    return new Timing(
        lease.contact(),
        lease.suspect(),
        lease.term(),
        role.orderResend(),
        role.successionWait(),
        role.retryAfter());
  }

  /**
   * Returns how long roles run on fewer instances than they should, at worst. A round trip is taken
   * to last a third of {@code role.succession-wait}.
   *
   * @param specs all roles that the node defines
   * @return the bounds
   */
  public Bounds bounds(Collection<RoleSpec> specs) {
    return Bounds.of(
        timing(),
        role.successionWait().dividedBy(3),
        evidence.redialMax(),
        new Bounds.StopDeadlines(
            longestStop(specs.stream()),
            longestStop(specs.stream().filter(each -> !each.fenced()))));
  }

  private static Duration longestStop(Stream<RoleSpec> specs) {
    return specs.map(RoleSpec::stopDeadline).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  /** Returns what the roles of the configuration define, in its order. */
  public List<RoleSpec> roleSpecs() {
    return roles.stream().map(RoleDefinition::spec).toList();
  }

  /** Returns the roles of the configuration that this node can run, because they name a class. */
  public RoleRegistry roleRegistry() {
    Map<RoleName, RoleImplementation> implementations = new TreeMap<>();
    for (RoleDefinition definition : roles) {
      definition
          .implementation()
          .ifPresent(code -> implementations.put(definition.spec().name(), code));
    }
    return RoleRegistry.of(implementations);
  }

  private static ClassLoader classes() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? BeethovenSettings.class.getClassLoader() : context;
  }

  /**
   * Checks what this node's roles have to keep together, wherever they are defined: that they fit
   * into a message, and that each can stop before the node's time to leave is over. A node that
   * left the cluster while a role still ran would be taken for dead, and the role would run twice.
   *
   * @param specs the roles that the node defines
   * @throws BeethovenConfigException if there are too many, their arguments are too long
   *     altogether, or a stop deadline is too long
   */
  public void requireValidRoles(Collection<RoleSpec> specs) {
    Duration limit = lifecycle.leaveTimeout().minus(role.drainTimeout());
    List<ConfigProblem> problems =
        specs.stream()
            .filter(spec -> spec.stopDeadline().compareTo(limit) >= 0)
            .map(
                spec ->
                    new ConfigProblem(
                        ROOT + ".roles, stop-deadline of role " + spec.name(),
                        SettingsReader.text(spec.stopDeadline()),
                        "must be less than lifecycle.leave-timeout less role.drain-timeout, which"
                            + " is "
                            + SettingsReader.text(limit),
                        ""))
            .collect(Collectors.toCollection(ArrayList::new));
    if (specs.size() > Catalog.MAX_ROLES) {
      problems.add(
          new ConfigProblem(
              ROOT + ".roles",
              specs.size() + " roles",
              "must be at most " + Catalog.MAX_ROLES + ", those of the program included",
              ""));
    }
    long chars = specs.stream().mapToLong(RoleSpec::argumentChars).sum();
    if (chars > Catalog.MAX_ARGUMENT_CHARS) {
      problems.add(
          new ConfigProblem(
              ROOT + ".roles, arguments of all roles",
              chars + " characters",
              "must be at most "
                  + Catalog.MAX_ARGUMENT_CHARS
                  + " altogether, those of the program included",
              ""));
    }
    if (!problems.isEmpty()) {
      throw new BeethovenConfigException(problems);
    }
  }
}
