package io.beethoven.model;

import java.time.Duration;
import java.time.Instant;

/** A fact about the cluster, as one node learned it. All times are UTC. */
public sealed interface ClusterEvent {

  /** Returns when it happened, by the clock of the node that noticed. */
  Instant at();

  /**
   * A node came online.
   *
   * @param node which
   * @param at when
   */
  record NodeOnline(NodeId node, Instant at) implements ClusterEvent {}

  /**
   * A node went offline.
   *
   * @param node which
   * @param cause why it counts as offline
   * @param at when
   */
  record NodeOffline(NodeId node, OfflineCause cause, Instant at) implements ClusterEvent {}

  /** Why a node counts as offline. */
  enum OfflineCause {
    /** Its process is proven dead and a quorum of voters confirmed it. */
    CONFIRMED_DEAD,
    /** It said goodbye. */
    DEPARTED,
    /** The membership removed it. */
    REMOVED,
    /** It was silent, and its lease has ended by the word of a quorum; it may come back. */
    EXCLUDED
  }

  /**
   * This node became clustered or standalone.
   *
   * @param mode the new mode
   * @param at when
   */
  record ModeChanged(ClusterMode mode, Instant at) implements ClusterEvent {}

  /**
   * An instance of a role was reported running.
   *
   * @param role which role
   * @param slot in which of its places
   * @param node where
   * @param token its fencing token
   * @param at when
   */
  record RoleStarted(RoleName role, int slot, NodeId node, Token token, Instant at)
      implements ClusterEvent {}

  /**
   * An instance of a role runs no longer.
   *
   * @param role which role
   * @param slot in which of its places
   * @param node where it ran
   * @param at when
   */
  record RoleStopped(RoleName role, int slot, NodeId node, Instant at) implements ClusterEvent {}

  /**
   * A role's slot that one node held is reported running on another one. It takes the place of a
   * {@link RoleStarted}.
   *
   * @param role which role
   * @param slot which of its places
   * @param from where it ran before
   * @param to where it runs now
   * @param token its fencing token
   * @param at when
   */
  record RoleMoved(RoleName role, int slot, NodeId from, NodeId to, Token token, Instant at)
      implements ClusterEvent {}

  /**
   * A role runs elsewhere because its node died or was excluded, measured and compared with the
   * bound that holds for the cluster's settings. It follows the {@link RoleMoved}.
   *
   * @param role which role
   * @param slot which of its places
   * @param from where it ran before
   * @param to where it runs now
   * @param took from the moment at which the death was confirmed, or the silent node last heard, to
   *     the report that the role runs elsewhere
   * @param bound how long that may take at most, the instance's own start left out
   * @param at when
   */
  record FailedOver(
      RoleName role, int slot, NodeId from, NodeId to, Duration took, Duration bound, Instant at)
      implements ClusterEvent {

    /** Tells whether it took no longer than it may. */
    public boolean withinBound() {
      return took.compareTo(bound) <= 0;
    }
  }

  /**
   * A role runs fewer instances than its count, and the allocator has nowhere to put the rest.
   *
   * @param role which role
   * @param count how many shall run
   * @param assigned how many run
   * @param reason why, for people
   * @param at when
   */
  record RoleUnmet(RoleName role, int count, int assigned, String reason, Instant at)
      implements ClusterEvent {}

  /**
   * A role of which it was said that it is {@link RoleUnmet} runs as often as it shall.
   *
   * @param role which role
   * @param count how many instances run
   * @param at when
   */
  record RoleMet(RoleName role, int count, Instant at) implements ClusterEvent {}

  /**
   * A role has failed repeatedly on every node that could run it and is tried again later.
   *
   * @param role which role
   * @param reason the last failure, for people
   * @param at when
   */
  record RoleParked(RoleName role, String reason, Instant at) implements ClusterEvent {}

  /**
   * A node defines a role otherwise than the allocator, whose definition holds.
   *
   * @param role which role
   * @param node the node whose definition differs
   * @param difference what differs, key by key, for people
   * @param at when
   */
  record DefinitionDiffers(RoleName role, NodeId node, String difference, Instant at)
      implements ClusterEvent {}

  /**
   * Two nodes claim one address, and the second one was refused.
   *
   * @param node the address
   * @param holder who keeps it, for people: its uid and where its beacon listens
   * @param claimant who was refused, for people: its uid, where its beacon listens, and whence it
   *     called
   * @param at when
   */
  record AddressConflict(NodeId node, String holder, String claimant, Instant at)
      implements ClusterEvent {}

  /**
   * Another cluster of the same name, which was formed apart, was met; or this one ends in favour
   * of it.
   *
   * @param beacon where a member of it was met, as {@code host:port} of its beacon
   * @param size how many nodes it has, by its own words
   * @param yields whether this node is about to stop its roles and drop out to join it; its actor
   *     system ends, and only one that Beethoven owns is started again
   * @param at when
   */
  record IslandDetected(String beacon, int size, boolean yields, Instant at)
      implements ClusterEvent {}
}
