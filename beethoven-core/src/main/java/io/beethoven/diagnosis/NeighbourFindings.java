package io.beethoven.diagnosis;

import io.beethoven.diagnosis.Diagnosis.Kind;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What is to be said of each address that answered, by itself. */
final class NeighbourFindings {

  /** Beyond it the times of events can no longer be put into order by a person. */
  private static final Duration SKEW_LIMIT = Duration.ofSeconds(1);

  private NeighbourFindings() {}

  static void add(Examination facts, List<Diagnosis> findings) {
    for (AddressFacts address : facts.addresses()) {
      String at = address.at().toString();
      AddressFacts.Answer answer = address.answer();
      if (answer instanceof AddressFacts.Node seen) {
        addNode(address, seen, findings);
      } else if (answer instanceof AddressFacts.OtherCluster other) {
        findings.add(
            Diagnosis.ok(
                Kind.OTHER_CLUSTER,
                at,
                at
                    + " is a node of cluster "
                    + other.name()
                    + ", not "
                    + address.cluster()
                    + "; they leave each other alone."));
      } else if (answer instanceof AddressFacts.OtherVersion other) {
        findings.add(
            Diagnosis.warning(
                Kind.OTHER_VERSION,
                at,
                at
                    + " is a node of protocol version "
                    + other.version()
                    + ", this is version "
                    + BeaconMessage.PROTOCOL_VERSION
                    + "; they refuse each other.",
                "Run the same version of Beethoven on both."));
      } else if (answer instanceof AddressFacts.Crowded) {
        findings.add(
            Diagnosis.warning(
                Kind.CROWDED,
                at,
                "the beacon at " + at + " takes no more connections, so new nodes cannot find it.",
                "See who connects to it; raise beethoven.beacon.max-connections if they all"
                    + " belong there."));
      } else if (answer instanceof AddressFacts.Mute) {
        findings.add(
            Diagnosis.warning(
                Kind.MUTE,
                at,
                at
                    + " accepts connections and says nothing: a frozen or overloaded node, or"
                    + " something else.",
                "Look at the process that listens there; continue it (kill -CONT) or end it."));
      } else if (answer instanceof AddressFacts.NoBeacon) {
        findings.add(
            Diagnosis.warning(
                Kind.NO_BEACON,
                at,
                "something listens at " + at + " that is no beacon, or a node that is ending.",
                "If it does not end, give it or the nodes another port (beethoven.beacon.port)."));
      }
    }
  }

  private static void addNode(
      AddressFacts address, AddressFacts.Node seen, List<Diagnosis> findings) {
    String node = seen.node().node().node().toString();
    findings.add(
        Diagnosis.ok(
            Kind.PEER,
            node,
            node
                + " answers at "
                + address.at()
                + ": cluster "
                + address.cluster()
                + ", "
                + standing(seen.node().standing())
                + ", protocol version "
                + BeaconMessage.PROTOCOL_VERSION
                + ", clock "
                + skew(seen)
                + "."));
    if (seen.skew().abs().minus(seen.error()).compareTo(SKEW_LIMIT) > 0) {
      findings.add(
          Diagnosis.warning(
              Kind.CLOCK_SKEW,
              node,
              "the clock of node "
                  + node
                  + " is "
                  + Words.duration(seen.skew().abs())
                  + (seen.skew().isNegative() ? " behind" : " ahead of")
                  + " this machine's, so the times in logs and node lists do not fit together.",
              "Let both machines follow a time server."));
    }
  }

  private static String skew(AddressFacts.Node seen) {
    if (seen.skew().abs().compareTo(seen.error()) <= 0) {
      return "the same within " + Words.duration(seen.error().plusMillis(1));
    }
    return Words.duration(seen.skew().abs()) + (seen.skew().isNegative() ? " behind" : " ahead");
  }

  static String standing(Standing standing) {
    String phase = standing.phase().name().toLowerCase(Locale.ROOT);
    return standing.phase() == Standing.Phase.CLUSTERED
        ? phase + " (id " + id(standing) + ", size " + standing.clusterSize() + ")"
        : phase;
  }

  /** A cluster's id as logs show it. */
  static String id(Standing standing) {
    return Long.toHexString(standing.clusterId());
  }
}
