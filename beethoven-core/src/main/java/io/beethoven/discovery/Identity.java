package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Inquiry;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.model.Incarnation;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What stays the same in all hellos of a node, and whose hellos it accepts.
 *
 * @param cluster the cluster's name
 * @param systemName the name of the actor system
 * @param node the node's remoting address and uid
 * @param beacon where its beacon listens
 * @param agreement the settings that all nodes must have alike
 */
public record Identity(
    String cluster, String systemName, Incarnation node, Endpoint beacon, Agreement agreement) {

  /**
   * Creates an identity.
   *
   * @throws IllegalArgumentException if a name or host is longer than a hello may carry
   */
  public Identity {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(agreement, "agreement");
    BeaconCodec.utf8("cluster name", cluster, BeaconCodec.MAX_NAME_BYTES);
    BeaconCodec.utf8("actor system's name", systemName, BeaconCodec.MAX_NAME_BYTES);
    BeaconCodec.utf8("host", node.node().host(), BeaconCodec.MAX_HOST_BYTES);
    BeaconCodec.utf8("beacon's host", beacon.host(), BeaconCodec.MAX_HOST_BYTES);
  }

  /**
   * Makes a hello.
   *
   * @param purpose what the connection is for
   * @param standing how far this node is
   * @param localSeen this end of the connection
   * @param remoteSeen the other end of it
   * @return the hello
   */
  public Hello hello(Purpose purpose, Standing standing, Endpoint localSeen, Endpoint remoteSeen) {
    return new Hello(
        purpose,
        BeaconMessage.PROTOCOL_VERSION,
        cluster,
        systemName,
        agreement,
        node,
        beacon,
        standing,
        localSeen,
        remoteSeen);
  }

  /**
   * Decides about a hello: version, cluster, system name, address and settings, in this order. A
   * node's own hello and that of another life at its own address are refused alike.
   *
   * @param theirs the hello
   * @return why it is refused, or empty if it is accepted
   */
  public Optional<Refusal> refuse(Hello theirs) {
    if (theirs.protocolVersion() != BeaconMessage.PROTOCOL_VERSION) {
      return Optional.of(otherVersion(theirs.protocolVersion()));
    }
    if (!theirs.cluster().equals(cluster)) {
      return refusal(RefusalReason.OTHER_CLUSTER, cluster, theirs.cluster());
    }
    if (!theirs.systemName().equals(systemName)) {
      return refusal(RefusalReason.OTHER_SYSTEM_NAME, systemName, theirs.systemName());
    }
    if (theirs.node().node().equals(node.node())) {
      return refusal(RefusalReason.SAME_ADDRESS, node.toString(), theirs.node().toString());
    }
    return agreement
        .differenceFrom(theirs.agreement())
        .map(
            found ->
                new Refusal(
                    RefusalReason.OTHER_SETTING, found.key(), found.ours(), found.theirs()));
  }

  /**
   * Answers somebody who is no node: as much as a node of the same cluster would hear.
   *
   * @param inquiry what was asked
   * @param standing how far this node is
   * @param clock this node's wall clock
   * @return a disclosure, or a refusal where another cluster is asked about
   */
  public BeaconMessage answer(Inquiry inquiry, Standing standing, Instant clock) {
    if (!inquiry.cluster().equals(cluster)) {
      return new Refusal(RefusalReason.OTHER_CLUSTER, cluster, inquiry.cluster());
    }
    return new Disclosure(systemName, agreement, node, beacon, standing, clock);
  }

  /**
   * Makes the answer to a peer of another protocol version.
   *
   * @param version the peer's
   * @return the refusal
   */
  public static Refusal otherVersion(int version) {
    return new Refusal(
        RefusalReason.OTHER_VERSION,
        Integer.toString(BeaconMessage.PROTOCOL_VERSION),
        Integer.toString(version));
  }

  private static Optional<Refusal> refusal(RefusalReason reason, String ours, String theirs) {
    return Optional.of(new Refusal(reason, ours, theirs));
  }

  /**
   * Tells whether both ends of a connection see the same two socket addresses. They do not where
   * something in between stands in for one of them.
   *
   * @param localSeen this end, as seen from here
   * @param remoteSeen the other end, as seen from here
   * @param theirs the peer's hello on that connection
   * @return whether they agree
   */
  public static boolean addressesAgree(Endpoint localSeen, Endpoint remoteSeen, Hello theirs) {
    return localSeen.equals(theirs.remoteSeen()) && remoteSeen.equals(theirs.localSeen());
  }
}
