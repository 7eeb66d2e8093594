package io.beethoven.discovery;

import io.beethoven.model.Incarnation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * What beacons say to each other. A connection opens with a {@link Hello} (probe and talk line), a
 * {@link LifeOpen} (life-line), a {@link Proposal} or an {@link Inquiry} (from somebody who is no
 * node) from the side that dialled; everything else is a breach and closes it.
 */
public sealed interface BeaconMessage {

  /** The version of this protocol; peers of another one are refused. */
  int PROTOCOL_VERSION = 1;

  /** The most incarnations that one message may name. */
  int MAX_INCARNATIONS = 256;

  /** What the dialling side wants with a connection. */
  enum Purpose {
    /** One hello each way, then close. */
    PROBE,
    /** A lasting line for votes and goodbyes. */
    TALK
  }

  /**
   * Who a node is. The answer to a hello is a hello of the same purpose, or a {@link Refusal}.
   *
   * @param purpose what the connection is for
   * @param protocolVersion the sender's protocol version
   * @param cluster the cluster's name
   * @param systemName the name of the sender's actor system
   * @param agreement the sender's settings that all nodes must have alike
   * @param node the sender's remoting address and uid
   * @param beacon where the sender's beacon listens
   * @param standing how far the sender is
   * @param localSeen the sender's own end of this connection, as its socket sees it
   * @param remoteSeen the other end of this connection, as the sender's socket sees it
   */
  record Hello(
      Purpose purpose,
      int protocolVersion,
      String cluster,
      String systemName,
      Agreement agreement,
      Incarnation node,
      Endpoint beacon,
      Standing standing,
      Endpoint localSeen,
      Endpoint remoteSeen)
      implements BeaconMessage {

    /** Creates a hello. */
    public Hello {
      Objects.requireNonNull(purpose, "purpose");
      Objects.requireNonNull(cluster, "cluster");
      Objects.requireNonNull(systemName, "systemName");
      Objects.requireNonNull(agreement, "agreement");
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(beacon, "beacon");
      Objects.requireNonNull(standing, "standing");
      Objects.requireNonNull(localSeen, "localSeen");
      Objects.requireNonNull(remoteSeen, "remoteSeen");
    }
  }

  /** Why a hello was refused. */
  enum RefusalReason {
    /** The names of the clusters differ. */
    OTHER_CLUSTER("beethoven.cluster-name"),
    /** The protocol versions differ. */
    OTHER_VERSION("protocol version"),
    /** The names of the actor systems differ, so that they could not join each other. */
    OTHER_SYSTEM_NAME("actor system"),
    /** The sender claims the receiver's own address. */
    SAME_ADDRESS("address"),
    /** The receiver holds as many connections as it may. */
    TOO_MANY("connections"),
    /** A setting that all nodes must have alike differs; the refusal names it. */
    OTHER_SETTING("setting");

    private final String key;

    RefusalReason(String key) {
      this.key = key;
    }
  }

  /**
   * The answer to a hello that cannot be accepted; the connection is closed after it.
   *
   * @param reason why
   * @param key the name of what the values are of
   * @param ours the refusing side's value
   * @param theirs the refused side's value
   */
  record Refusal(RefusalReason reason, String key, String ours, String theirs)
      implements BeaconMessage {

    /** Creates a refusal. */
    public Refusal {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(ours, "ours");
      Objects.requireNonNull(theirs, "theirs");
    }

    /**
     * Creates a refusal for a reason that says by itself what the values are of.
     *
     * @param reason why
     * @param ours the refusing side's value
     * @param theirs the refused side's value
     */
    public Refusal(RefusalReason reason, String ours, String theirs) {
      this(reason, reason.key, ours, theirs);
    }

    /** Returns the same as the other side sees it. */
    public Refusal turned() {
      return new Refusal(reason, key, /* ours= */ theirs, /* theirs= */ ours);
    }
  }

  /**
   * Sent on a talk line by the side that was dialled: the one-time value that opens a life-line.
   *
   * @param ticket drawn at random, valid once and for this peer only
   */
  record LifeTicket(long ticket) implements BeaconMessage {}

  /**
   * Opens a life-line.
   *
   * @param node the dialling side
   * @param ticket the value issued on the talk line
   */
  record LifeOpen(Incarnation node, long ticket) implements BeaconMessage {}

  /** Said once by each side on a life-line, which is silent ever after. */
  record Armed() implements BeaconMessage {}

  /**
   * What a node proved and what it holds for dead, both complete each time.
   *
   * @param proved incarnations whose death the sender proved itself, at most {@value
   *     #MAX_INCARNATIONS}
   * @param dead incarnations that the sender holds for dead or departed, at most {@value
   *     #MAX_INCARNATIONS}
   */
  record Votes(List<Incarnation> proved, List<Incarnation> dead) implements BeaconMessage {

    /** Creates a vote. */
    public Votes {
      proved = List.copyOf(proved);
      dead = List.copyOf(dead);
    }
  }

  /**
   * Said on every talk line after the last role has stopped: this incarnation takes no more part.
   *
   * @param node who leaves
   */
  record Goodbye(Incarnation node) implements BeaconMessage {}

  /**
   * Asks a beacon what it says of itself. The asker is no node and says nothing of itself, so that
   * nobody can wait for it, follow it or count it as found. Answered by a {@link Disclosure}, or by
   * a {@link Refusal} where the cluster is another one.
   *
   * @param cluster the name of the cluster that is asked about
   */
  record Inquiry(String cluster) implements BeaconMessage {

    /** Creates an inquiry. */
    public Inquiry {
      Objects.requireNonNull(cluster, "cluster");
    }
  }

  /**
   * The answer to an {@link Inquiry}; the connection is closed after it.
   *
   * @param systemName the name of the sender's actor system
   * @param agreement the sender's settings that all nodes must have alike
   * @param node the sender's remoting address and uid
   * @param beacon where the sender's beacon listens
   * @param standing how far the sender is
   * @param clock the sender's wall clock, to the millisecond
   */
  record Disclosure(
      String systemName,
      Agreement agreement,
      Incarnation node,
      Endpoint beacon,
      Standing standing,
      Instant clock)
      implements BeaconMessage {

    /** Creates a disclosure. */
    public Disclosure {
      Objects.requireNonNull(systemName, "systemName");
      Objects.requireNonNull(agreement, "agreement");
      Objects.requireNonNull(node, "node");
      Objects.requireNonNull(beacon, "beacon");
      Objects.requireNonNull(standing, "standing");
      clock = clock.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /**
   * A cluster offers to end in favour of the receiver's. The answer is a {@link ProposalAnswer}
   * with the same number, or a {@link Refusal}.
   *
   * @param number drawn at random, to tell answers apart
   * @param proposer a member of the cluster that would end, and how that cluster stands
   */
  record Proposal(long number, Hello proposer) implements BeaconMessage {

    /** Creates a proposal. */
    public Proposal {
      Objects.requireNonNull(proposer, "proposer");
    }
  }

  /** What is said to a {@link Proposal}. */
  enum Verdict {
    /** Come: the answering cluster will not end in favour of any other for a while. */
    ACCEPTED,
    /** Not now; look at the values again. */
    REFUSED,
    /** Somebody else is to be asked: the answering cluster's leader, or another cluster. */
    ELSEWHERE
  }

  /**
   * The answer to a {@link Proposal}; the connection is closed after it.
   *
   * @param number the proposal's
   * @param verdict what is said to it
   * @param standing how the answering cluster stands
   * @param whom the beacon to ask or to join next: with ELSEWHERE another one, otherwise the
   *     answering one's
   */
  record ProposalAnswer(long number, Verdict verdict, Standing standing, Endpoint whom)
      implements BeaconMessage {

    /** Creates an answer. */
    public ProposalAnswer {
      Objects.requireNonNull(verdict, "verdict");
      Objects.requireNonNull(standing, "standing");
      Objects.requireNonNull(whom, "whom");
    }
  }
}
