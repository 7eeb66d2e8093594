package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Token;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an allocator's parts share during one reign: its epoch, the voters, D, and where orders go.
 */
final class Reign {

  private final Incarnation self;
  private final Epoch epoch;
  private final long nonce;
  private final boolean beganWithLease;
  private final SortedSet<Incarnation> dead;
  private Voters voters;
  private Edits edits;
  private long round = 1;
  private long seq;

  Reign(Incarnation self, Epoch epoch, long nonce, Outlook outlook, Moment now) {
    this.self = self;
    this.epoch = epoch;
    this.nonce = nonce;
    this.beganWithLease = outlook.leased(now);
    this.dead = new TreeSet<>(outlook.dead());
    this.voters = outlook.voters();
    this.edits = outlook.edits();
  }

  Incarnation self() {
    return self;
  }

  Epoch epoch() {
    return epoch;
  }

  long nonce() {
    return nonce;
  }

  boolean beganWithLease() {
    return beganWithLease;
  }

  Voters voters() {
    return voters;
  }

  SortedSet<Incarnation> dead() {
    return dead;
  }

  /** What was edited in this cluster. */
  Edits edits() {
    return edits.cluster() == voters.cluster() ? edits : Edits.NONE;
  }

  /** Takes over what is higher (3.4, 3.5). */
  void adopt(Voters theirs, Collection<Incarnation> theirDead) {
    if (voters.yieldsTo(theirs)) {
      voters = theirs;
    }
    dead.addAll(theirDead);
    dead.remove(self);
  }

  /**
   * Follows its own node into another cluster, where what was edited elsewhere holds no longer.
   *
   * @return whether it is another one
   */
  boolean follow(Outlook own) {
    boolean other = own.voters().cluster() != voters.cluster() && !own.voters().equals(Voters.NONE);
    if (other) {
      voters = own.voters();
      edits = own.edits();
    }
    return other;
  }

  void adopt(Edits theirs) {
    if (theirs.cluster() == voters.cluster() && theirs.compareTo(edits()) > 0) {
      edits = theirs;
    }
  }

  void propose(Voters changed) {
    voters = changed;
  }

  Token nextToken() {
    seq++;
    return new Token(epoch, seq);
  }

  void nextRound() {
    round++;
  }

  Order.Prepare question(Collection<Incarnation> named) {
    return new Order.Prepare(epoch, nonce, round, shared(), List.copyOf(named));
  }

  Shared shared() {
    return new Shared(voters, List.copyOf(dead));
  }

  Set<Incarnation> liveVoters() {
    return voters.live(dead);
  }

  boolean quorum(Set<Incarnation> agreeing) {
    return voters.quorum(agreeing, dead);
  }
}
