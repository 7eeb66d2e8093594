package io.beethoven.benchmarks.compare;

import io.beethoven.benchmarks.Event;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A library to measure beside Beethoven. Its node is a class of the peers' module. */
public enum Peer {
  /** Apache Pekko: cluster singleton with the split brain resolver. */
  PEKKO("PekkoNode"),
  /** Apache Ignite: a cluster singleton of the service grid. */
  IGNITE("IgniteNode"),
  /** JGroups: the coordinator of the view. */
  JGROUPS("JGroupsNode"),
  /** Hazelcast, open source edition: the oldest member. */
  HAZELCAST("HazelcastNode"),
  /** Apache Helix: a resource of one partition with one replica, by ZooKeeper. */
  HELIX("HelixNode");

  private static final String PACKAGE = "io.beethoven.peers.";

  /** What Ignite's manual asks for on Java 17 ("Running Ignite with Java 11 or later"). */
  private static final List<String> IGNITE_OPENS =
      List.of(
          "java.base/jdk.internal.access",
          "java.base/jdk.internal.misc",
          "java.base/sun.nio.ch",
          "java.base/sun.util.calendar",
          "java.management/com.sun.jmx.mbeanserver",
          "jdk.internal.jvmstat/sun.jvmstat.monitor",
          "java.base/sun.reflect.generics.reflectiveObjects",
          "jdk.management/com.sun.management.internal",
          "java.base/java.io",
          "java.base/java.nio",
          "java.base/java.net",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.locks",
          "java.base/java.util.concurrent.atomic",
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.math",
          "java.sql/java.sql",
          "java.base/java.lang.reflect",
          "java.base/java.time",
          "java.base/java.text",
          "java.management/sun.management",
          "java.desktop/java.awt.font");

  /** What Hazelcast's manual asks for ("Running in Modular Java"), and a member at its start. */
  private static final List<String> HAZELCAST_OPENS =
      List.of(
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          opened("java.base/java.lang"),
          opened("java.base/sun.nio.ch"),
          opened("java.management/sun.management"),
          opened("jdk.management/com.sun.management.internal"));

  private final String node;

  Peer(String node) {
    this.node = node;
  }

  /** Returns its name on a command line and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the main class of its node. */
  String node() {
    return PACKAGE + node;
  }

  /** Returns the main class of the process that its nodes need beside them, if they do. */
  Optional<String> server() {
    return this == HELIX ? Optional.of(PACKAGE + "HelixServer") : Optional.empty();
  }

  /** Returns options of the JVM that it does not run without. */
  List<String> jvmOptions() {
    return switch (this) {
      case IGNITE -> IGNITE_OPENS.stream().map(Peer::opened).toList();
      case HAZELCAST -> HAZELCAST_OPENS;
      case PEKKO, JGROUPS, HELIX -> List.of();
    };
  }

  private static String opened(String packageName) {
    return "--add-opens=" + packageName + "=ALL-UNNAMED";
  }

  /** Tells whether a failover takes half a minute or so. */
  boolean isSlow(Setting setting, Event event) {
    boolean silent = event == Event.FREEZE;
    return switch (this) {
      case PEKKO -> silent || event == Event.KILL;
      case HELIX -> setting == Setting.DEFAULT && (silent || event == Event.KILL);
      case JGROUPS, HAZELCAST -> setting == Setting.DEFAULT && silent;
      case IGNITE -> false;
    };
  }

  /**
   * Returns how long after a restart it may still count the process that was there before: Pekko's
   * {@code down-removal-margin}, which is as long as {@code stable-after}, and a second.
   */
  Duration restAfterRestart(Setting setting) {
    return switch (this) {
      case PEKKO -> Duration.ofSeconds(setting == Setting.DEFAULT ? 21 : 8);
      case IGNITE, JGROUPS, HAZELCAST, HELIX -> Duration.ZERO;
    };
  }
}
