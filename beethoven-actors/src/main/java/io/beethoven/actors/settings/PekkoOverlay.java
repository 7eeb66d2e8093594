package io.beethoven.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.beethoven.error.ConfigProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What Beethoven needs of the configuration of the actor system that it lives in. */
public final class PekkoOverlay {

  /** The role by which members of the Pekko cluster that are nodes of Beethoven are known. */
  public static final String MEMBER_ROLE = "beethoven";

  private static final String ORIGIN = "Beethoven's overlay";
  private static final String PROVIDER = "pekko.actor.provider";
  private static final String ROLES = "pekko.cluster.roles";
  private static final String SEED_NODES = "pekko.cluster.seed-nodes";
  private static final String HOST = "pekko.remote.artery.canonical.hostname";
  private static final String PORT = "pekko.remote.artery.canonical.port";
  private static final String BIND_HOST = "pekko.remote.artery.bind.hostname";
  private static final String DOWNING = "pekko.cluster.downing-provider-class";
  private static final String SHUTDOWN = "pekko.coordinated-shutdown";
  private static final String DRAIN = SHUTDOWN + ".phases.before-service-unbind.timeout";
  private static final String TERMINATE = SHUTDOWN + ".phases.actor-system-terminate.timeout";
  private static final String MESSAGES =
      "pekko.serialization.jackson.beethoven-cbor.deserialization-features";
  private static final String WIRE =
      "pekko.actor.serialization-bindings."
          + ConfigUtil.quoteString("io.beethoven.actors.protocol.WireMessage");

  /** Keys of which a node needs exactly the value that the overlay gives. */
  private static final List<String> NEEDED =
      List.of(
          WIRE,
          "pekko.actor.serializers.beethoven-cbor",
          "pekko.actor.serialization-identifiers.beethoven-cbor",
          "pekko.serialization.jackson.beethoven-cbor.jackson-modules",
          MESSAGES + ".FAIL_ON_MISSING_CREATOR_PROPERTIES",
          MESSAGES + ".FAIL_ON_NULL_CREATOR_PROPERTIES",
          "pekko.remote.artery.enabled",
          "pekko.cluster.allow-weakly-up-members",
          "pekko.cluster.failure-detector.implementation-class");

  private PekkoOverlay() {}

  /**
   * Lays what Beethoven needs over a configuration. What the overlay sets wins; whoever wants a
   * setting of Pekko otherwise sets it under {@code beethoven.pekko}.
   *
   * @param merged a whole configuration, as {@link SettingsSources#merge} gives it
   * @param settings the settings of Beethoven in it, parsed
   * @return the configuration for an actor system
   */
  public static Config over(Config merged, BeethovenSettings settings) {
    Config laid = Profiles.lay(merged);
    Duration drain = settings.lifecycle().leaveTimeout();
    Map<String, Object> fixed =
        Map.of(
            ROLES,
            List.copyOf(roles(laid)),
            HOST,
            settings.node().advertisedHost(),
            PORT,
            settings.node().port(),
            BIND_HOST,
            settings.node().host(),
            SHUTDOWN + ".run-by-jvm-shutdown-hook",
            settings.lifecycle().shutdownHook(),
            DRAIN,
            drain.toMillis() + " ms",
            TERMINATE,
            settings.lifecycle().terminateTimeout().toMillis() + " ms");
    Config overlay = ConfigFactory.empty();
    for (Map.Entry<String, Object> entry : fixed.entrySet()) {
      overlay =
          overlay.withValue(
              entry.getKey(), ConfigValueFactory.fromAnyRef(entry.getValue(), ORIGIN));
    }
    return overlay.withFallback(tuned(laid)).withFallback(laid);
  }

  /**
   * Finds what the configuration of an actor system lacks for a node to live in it.
   *
   * @param system the actor system's configuration
   * @param settings the settings of Beethoven in it, parsed
   * @return what is wrong; empty if nothing is
   */
  public static List<ConfigProblem> lacks(Config system, BeethovenSettings settings) {
    List<ConfigProblem> problems = new ArrayList<>();
    require(
        problems,
        system,
        PROVIDER,
        Set.of("cluster", "org.apache.pekko.cluster.ClusterActorRefProvider")
            .contains(system.getString(PROVIDER)),
        "must be cluster");
    Config tuned = tuned(system);
    for (String path : NEEDED) {
      ConfigValue needed = tuned.getValue(path);
      boolean same =
          system.hasPath(path)
              && String.valueOf(system.getValue(path).unwrapped())
                  .equals(String.valueOf(needed.unwrapped()));
      require(problems, system, path, same, "must be " + needed.unwrapped());
    }
    if (!system.hasPath(ROLES)) {
      // The configuration lacks Pekko's cluster, so that the rest has no meaning.
      return problems;
    }
    require(
        problems,
        system,
        ROLES,
        system.getStringList(ROLES).contains(MEMBER_ROLE),
        "must contain " + MEMBER_ROLE);
    require(
        problems,
        system,
        SEED_NODES,
        system.getList(SEED_NODES).isEmpty() || settings.discovery().mode() == DiscoveryMode.NONE,
        "must be empty: who joins whom is decided by discovery");
    require(
        problems,
        system,
        DOWNING,
        !system.getString(DOWNING).isEmpty(),
        "must name a downing provider");
    require(
        problems,
        system,
        HOST,
        system.getString(HOST).equals(settings.node().advertisedHost()),
        "must be " + settings.node().advertisedHost() + ", as beethoven.node says");
    require(
        problems,
        system,
        PORT,
        system.getInt(PORT) == settings.node().port(),
        "must be " + settings.node().port() + ", as beethoven.node.port says");
    return problems;
  }

  private static Config tuned(Config merged) {
    return merged.getConfig(BeethovenSettings.ROOT + ".pekko").atPath("pekko");
  }

  private static Set<String> roles(Config merged) {
    Set<String> roles = new TreeSet<>();
    if (merged.hasPath(ROLES)) {
      roles.addAll(merged.getStringList(ROLES));
    }
    Config tuned = tuned(merged);
    if (tuned.hasPath(ROLES)) {
      roles.addAll(tuned.getStringList(ROLES));
    }
    roles.add(MEMBER_ROLE);
    return roles;
  }

  private static void require(
      List<ConfigProblem> problems, Config config, String path, boolean holds, String expected) {
    if (!holds) {
      String advice = expected + "; lay Beethoven.overlay(config) over it";
      problems.add(
          config.hasPath(path)
              ? SettingsReader.problem(path, config.getValue(path), advice)
              : new ConfigProblem(path, "", advice, ""));
    }
  }
}
