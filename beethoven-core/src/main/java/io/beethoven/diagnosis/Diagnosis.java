package io.beethoven.diagnosis;

import java.util.Locale;
import java.util.Objects;

/**
 * One finding.
 *
 * @param severity how bad it is
 * @param kind what it is
 * @param about the address, node, pair of nodes, setting or cluster that it is about
 * @param meaning what was found and what it means, as sentences for people
 * @param remedy what to do, as sentences for people; empty where there is nothing to do
 */
public record Diagnosis(Severity severity, Kind kind, String about, String meaning, String remedy) {

  /** What a finding is. Each is described in {@code docs/doctor.md}, under its text. */
  public enum Kind {
    /** A node with these settings would not start. */
    SETTINGS_WRONG,
    /** A running node does not answer at its control endpoint. */
    NODE_MUTE,
    /** The address to listen at is none of this machine's. */
    ADDRESS_NOT_HERE,
    /** A port that a node needs is held by something else. */
    PORT_TAKEN,
    /** Two clusters of one name. */
    ISLANDS,
    /** A node runs alone though others are there. */
    STANDALONE,
    /** Nodes of one cluster have different values for a setting. */
    SETTINGS_DIFFER,
    /** Nodes of one cluster whose actor systems have different names. */
    OTHER_SYSTEM_NAME,
    /** A node of another protocol version. */
    OTHER_VERSION,
    /** Two nodes refuse each other. */
    REFUSED,
    /** Somebody accepts connections where a beacon should be, and says nothing. */
    MUTE,
    /** A beacon takes no more connections. */
    CROWDED,
    /** Something listens at the beacon's port that is no beacon. */
    NO_BEACON,
    /** An online peer's beacon cannot be reached from here. */
    PEER_UNREACHABLE,
    /** A cluster has more members than answer. */
    UNSEEN_MEMBERS,
    /** A pair of nodes could not prove each other's death. */
    NO_EVIDENCE,
    /** A machine's clock is wrong, or this one's. */
    CLOCK_SKEW,
    /** The kernel may give a port that a node needs to somebody else. */
    PORT_EPHEMERAL,
    /** A node with these settings would look for nobody. */
    NO_SOURCE,
    /** A pass over all addresses takes long. */
    WIDE_SUBNET,
    /** A node of this machine. */
    NODE,
    /** A node that answers. */
    PEER,
    /** A node of a cluster of another name. */
    OTHER_CLUSTER,
    /** The address to listen at, and why. */
    ADDRESS,
    /** This machine's interfaces. */
    INTERFACES,
    /** A port that a node needs. */
    PORT,
    /** Where peers are looked for, and what was there. */
    SEARCH,
    /** Which pairs of nodes can prove each other's death. */
    EVIDENCE,
    /** Whether nodes have the same settings. */
    SETTINGS_AGREE;

    /** Returns the name in lower case with dashes. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Creates a finding. */
  public Diagnosis {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(about, "about");
    Objects.requireNonNull(meaning, "meaning");
    Objects.requireNonNull(remedy, "remedy");
  }

  static Diagnosis error(Kind kind, String about, String meaning, String remedy) {
    return new Diagnosis(Severity.ERROR, kind, about, meaning, remedy);
  }

  static Diagnosis warning(Kind kind, String about, String meaning, String remedy) {
    return new Diagnosis(Severity.WARNING, kind, about, meaning, remedy);
  }

  static Diagnosis ok(Kind kind, String about, String meaning) {
    return new Diagnosis(Severity.OK, kind, about, meaning, "");
  }
}
