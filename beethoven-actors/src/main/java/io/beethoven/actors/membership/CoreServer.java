package io.beethoven.actors.membership;

import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.model.Incarnation;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * This node's view of the cluster: mode, node table, event fan-out; publishes an immutable
 * snapshot.
 */
public final class CoreServer {

  private CoreServer() {}

  /** What it understands from this node's own actors. */
  public interface Command {}

  /**
   * Asks for {@link Members}, now and at each change.
   *
   * @param watcher told until it ends
   */
  public record WatchMembers(ActorRef<Members> watcher) implements Command {}

  /**
   * A tracker proved that a peer's process is dead.
   *
   * @param peer whose
   */
  public record Proved(Incarnation peer) implements Command {}

  /**
   * A peer's votes arrived on its talk line.
   *
   * @param from the voter
   * @param votes what it said
   */
  public record VotesReceived(Incarnation from, Votes votes) implements Command {}

  /**
   * A peer said goodbye on its talk line.
   *
   * @param peer who
   */
  public record Departed(Incarnation peer) implements Command {}

  /**
   * A peer's talk line stands, or is gone.
   *
   * @param peer whose
   * @param armed whether its life-line is armed, so that its death can be proved
   */
  public record LinesChanged(Incarnation peer, boolean armed) implements Command {}

  /**
   * What this node's role server runs has changed.
   *
   * @param allRunning whether all that is assigned to this node runs; also true when nothing is
   */
  public record LocalRolesChanged(boolean allRunning) implements Command {}
}
