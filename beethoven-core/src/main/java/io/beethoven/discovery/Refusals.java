package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom this node differs from, and what people have been told of it.
 *
 * <ol>
 *   <li>What strangers say grows nothing without bound: {@value #MAX_PEERS} peers are remembered,
 *       of whom the one goes first that was seen the longest ago; {@value #MOST_AT_ONCE} can be
 *       told of at once, and then one every ten seconds.
 *   <li>A difference with a peer is told once, whichever side refused, however often they meet; it
 *       is told again if it has changed, or after they agreed.
 *   <li>What was not told for the first rule is told when they meet later.
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class Refusals {

  /** The most peers that are remembered. */
  public static final int MAX_PEERS = 1024;

  /** The most differences that are told at once. */
  public static final int MOST_AT_ONCE = 64;

  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final Allowance telling = new Allowance(MOST_AT_ONCE, PAUSE);
  private final Map<String, Known> byPeer = new LinkedHashMap<>();

  private record Known(RefusedPeer peer, boolean told) {}

  /**
   * Takes a refusal in.
   *
   * @param now the time
   * @param peer who refused, or was refused
   * @param seenFromHere the refusal, with this node's value as {@code ours}
   * @return whether to tell people of it now
   */
  public boolean note(Instant now, String peer, Refusal seenFromHere) {
    if (seenFromHere.reason() == RefusalReason.TOO_MANY) {
      return false;
    }
    RefusedPeer found =
        new RefusedPeer(
            peer,
            seenFromHere.reason(),
            seenFromHere.key(),
            seenFromHere.ours(),
            seenFromHere.theirs(),
            now);
    Known before = byPeer.remove(peer);
    boolean toldBefore = before != null && before.told() && isSame(before.peer(), found);
    boolean tell = !toldBefore && telling.take(now);
    byPeer.put(peer, new Known(found, toldBefore || tell));
    if (byPeer.size() > MAX_PEERS) {
      byPeer.remove(byPeer.keySet().iterator().next());
    }
    return tell;
  }

  private static boolean isSame(RefusedPeer before, RefusedPeer now) {
    return before.reason() == now.reason()
        && before.key().equals(now.key())
        && before.ours().equals(now.ours())
        && before.theirs().equals(now.theirs());
  }

  /**
   * Takes in that a peer was accepted.
   *
   * @param peer which
   */
  public void agreed(String peer) {
    byPeer.remove(peer);
  }

  /**
   * Returns the peers that this node differs from.
   *
   * @param most how many at most
   * @return the ones seen last, the newest first
   */
  public List<RefusedPeer> recent(int most) {
    List<RefusedPeer> all = new ArrayList<>();
    byPeer.values().forEach(known -> all.add(known.peer()));
    Collections.reverse(all);
    return List.copyOf(all.subList(0, Math.min(most, all.size())));
  }
}
