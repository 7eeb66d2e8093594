package io.beethoven.evidence;

import java.time.Duration;

/** What {@link PeerLines} wants done. */
public sealed interface LineEffect {

  /** What a timer is for; setting one replaces the one of the same purpose. */
  enum Timer {
    /** Redial a peer whose life-line broke. */
    REDIAL,
    /** Give the redialling up. */
    GIVE_UP,
    /** Try to open lost lines again. */
    RECONNECT
  }

  /** Open a talk line. */
  record DialTalk() implements LineEffect {}

  /**
   * Open a life-line.
   *
   * @param ticket what the peer issued
   */
  record DialLife(long ticket) implements LineEffect {}

  /**
   * Say {@code Armed}.
   *
   * @param line on which life-line
   */
  record SendArmed(long line) implements LineEffect {}

  /**
   * Close a line.
   *
   * @param line which
   */
  record CloseLine(long line) implements LineEffect {}

  /**
   * Dial the peer's beacon, exchange hellos and close; answer by {@link PeerLines#redialled}.
   *
   * @param attempt repeated in the answer
   */
  record Redial(int attempt) implements LineEffect {}

  /**
   * Call {@link PeerLines#timerFired} later.
   *
   * @param timer what for
   * @param after how much later
   */
  record SetTimer(Timer timer, Duration after) implements LineEffect {}

  /**
   * Forget a timer, if it is set.
   *
   * @param timer which
   */
  record CancelTimer(Timer timer) implements LineEffect {}

  /** The peer's process is dead (rule 1). Said once, and the last effect but for closing lines. */
  record Proved() implements LineEffect {}

  /** The peer said goodbye: it takes no more part (rule 5). Said once. */
  record Departed() implements LineEffect {}

  /**
   * The talk line came or went, or the life-line was armed or lost.
   *
   * @param talking whether the talk line stands
   * @param armed whether the life-line is armed, so that the peer's death can be proved
   */
  record LinesChanged(boolean talking, boolean armed) implements LineEffect {}

  /** Both ends see different addresses, so this pair gives no evidence (rule 2). Said once. */
  record WarnAddressesDisagree() implements LineEffect {}

  /** A break turned out to be no evidence; for the log. */
  record NoEvidence() implements LineEffect {}
}
