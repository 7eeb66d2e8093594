package io.beethoven.diagnosis;

import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a running node of this machine says of itself.
 *
 * @param node its name
 * @param cluster its cluster's name
 * @param pid its process
 * @param host the address that it listens at
 * @param hostReason why that one
 * @param beacon where its beacon is reached
 * @param mode whether it is alone
 * @param ready whether all that falls to it runs
 * @param sources where it looks for peers, in words
 * @param settings by path: its settings that nodes must or should agree on, and those that say
 *     where it looks
 * @param peers the other members of its cluster that it knows
 * @param peersLeftOut how many more it knows
 * @param refusals whom it refused lately, or who refused it
 */
public record NodeFacts(
    NodeId node,
    String cluster,
    long pid,
    String host,
    String hostReason,
    Endpoint beacon,
    ClusterMode mode,
    boolean ready,
    List<String> sources,
    Map<String, Setting> settings,
    List<PeerFacts> peers,
    int peersLeftOut,
    List<RefusedPeer> refusals) {

  /** Whether nodes are to have the same value for a setting. */
  public enum Sameness {
    /** They must: otherwise they refuse each other. */
    REQUIRED,
    /** They should: otherwise they behave unevenly. */
    EXPECTED,
    /** It is each node's own affair. */
    OWN
  }

  /**
   * A setting.
   *
   * @param value its value, as JSON
   * @param sameness whether nodes are to have the same one
   */
  public record Setting(String value, Sameness sameness) {}

  /** Copies the collections. */
  public NodeFacts {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(hostReason, "hostReason");
    Objects.requireNonNull(beacon, "beacon");
    Objects.requireNonNull(mode, "mode");
    sources = List.copyOf(sources);
    settings = Map.copyOf(new TreeMap<>(settings));
    peers = List.copyOf(peers);
    refusals = List.copyOf(refusals);
  }
}
