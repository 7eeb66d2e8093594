package io.beethoven.actors.evidence;

import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.event.EventStream;

/**
 * The incarnations that one actor system's failure detectors answer "not available" for.
 *
 * <p>Pekko creates its failure detectors by reflection and gives them a {@code Config} and the
 * system's event stream only, so what they consult is found through a static map with the event
 * stream as its weak key: see {@code docs/decisions/0001-static-registry-of-the-dead.md}.
 *
 * <p>{@link Downing} flags and unflags; detectors read, on Pekko's threads.
 */
public final class DeadRegistry {

  private static final Map<EventStream, DeadRegistry> BY_EVENT_STREAM = new WeakHashMap<>();

  private final Set<Incarnation> flagged = ConcurrentHashMap.newKeySet();

  private DeadRegistry() {}

  /**
   * Finds the registry of an actor system.
   *
   * @param system which
   * @return its only registry
   */
  public static DeadRegistry of(ActorSystem<?> system) {
    return of(Adapter.toClassic(system).eventStream());
  }

  static DeadRegistry of(EventStream eventStream) {
    synchronized (BY_EVENT_STREAM) {
      return BY_EVENT_STREAM.computeIfAbsent(eventStream, key -> new DeadRegistry());
    }
  }

  /**
   * Makes the detectors answer "not available" for an incarnation.
   *
   * @param dead confirmed dead
   */
  public void flag(Incarnation dead) {
    flagged.add(dead);
  }

  /**
   * Forgets an incarnation, because it has been removed from the membership.
   *
   * @param removed which
   */
  public void unflag(Incarnation removed) {
    flagged.remove(removed);
  }

  /** Forgets all of them. */
  public void clear() {
    flagged.clear();
  }

  /**
   * Tells whether a node's incarnation is flagged. Pekko holds at most one incarnation of an
   * address as a member, and a flag is gone when its incarnation is removed, so it is the current
   * one that is meant.
   *
   * @param node its address
   * @return whether it is flagged
   */
  public boolean isFlagged(NodeId node) {
    // Mostly empty, and asked for every member at every tick of the reaper.
    return !flagged.isEmpty() && flagged.stream().anyMatch(dead -> dead.node().equals(node));
  }
}
