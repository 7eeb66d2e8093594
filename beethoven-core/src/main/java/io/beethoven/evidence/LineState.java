package io.beethoven.evidence;

import io.beethoven.evidence.LineEffect.CancelTimer;
import io.beethoven.evidence.LineEffect.CloseLine;
import io.beethoven.evidence.LineEffect.Departed;
import io.beethoven.evidence.LineEffect.DialLife;
import io.beethoven.evidence.LineEffect.DialTalk;
import io.beethoven.evidence.LineEffect.NoEvidence;
import io.beethoven.evidence.LineEffect.Proved;
import io.beethoven.evidence.LineEffect.Redial;
import io.beethoven.evidence.LineEffect.SendArmed;
import io.beethoven.evidence.LineEffect.SetTimer;
import io.beethoven.evidence.LineEffect.Timer;
import io.beethoven.evidence.LineEffect.WarnAddressesDisagree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The state of {@link PeerLines}: copied before each event, changed by it, and never after it. */
final class LineState {

  /** What this side makes of the break of an armed life-line. */
  private enum Doubt {
    NONE,
    /** Redialling after FIN: a refusal is proof. */
    FIN,
    /** Redialling after a reset or failure: a refusal is no proof. */
    BROKEN,
    /** Redialling is over without proof; only another life can still prove the death. */
    LASTING
  }

  /** What this event wants done. */
  final List<LineEffect> effects = new ArrayList<>();

  /** Whether this side dials: it has the lower address, and the peer is a member. */
  private boolean dials;

  private final LinePolicy policy;
  private OptionalLong talk = OptionalLong.empty();
  private boolean dialling;
  private boolean agree;
  private boolean warned;
  private OptionalLong life = OptionalLong.empty();
  private boolean armed;

  /**
   * Whether to open a new life-line with the next ticket, though this end of the old one stands.
   */
  private boolean renewLife;

  private Doubt doubt = Doubt.NONE;
  private int attempt;
  private int redials;
  private int reconnects;

  /** Whether the peer is proved dead or departed, so that nothing more is to be expected. */
  private boolean ended;

  LineState(LinePolicy policy, boolean dials) {
    this.policy = policy;
    this.dials = dials;
  }

  LineState(LineState from) {
    this.policy = from.policy;
    this.dials = from.dials;
    this.talk = from.talk;
    this.dialling = from.dialling;
    this.agree = from.agree;
    this.warned = from.warned;
    this.life = from.life;
    this.armed = from.armed;
    this.renewLife = from.renewLife;
    this.doubt = from.doubt;
    this.attempt = from.attempt;
    this.redials = from.redials;
    this.reconnects = from.reconnects;
    this.ended = from.ended;
  }

  boolean hasEnded() {
    return ended;
  }

  boolean isTalking() {
    return !ended && talk.isPresent();
  }

  boolean isArmed() {
    return !ended && armed;
  }

  OptionalLong talkLine() {
    return isTalking() ? talk : OptionalLong.empty();
  }

  /**
   * Tells whether life-lines may be opened: a talk line stood whose ends saw the same addresses.
   */
  boolean mayArm() {
    return !ended && agree;
  }

  void dialTalk() {
    if (dials && !dialling) {
      dialling = true;
      effects.add(new DialTalk());
    }
  }

  void ticketReceived(long line, long ticket) {
    if (dials && agree && is(talk, line) && (!armed || renewLife)) {
      effects.add(new DialLife(ticket));
    }
  }

  void talkOpened(long line, boolean addressesAgree) {
    close(talk);
    talk = OptionalLong.of(line);
    dialling = false;
    agree = addressesAgree;
    if (!agree) {
      giveNoEvidence();
    } else if (doubt == Doubt.LASTING) {
      doubt = Doubt.NONE;
    }
    if (isRedialling()) {
      return; // The hello may be older than the break: the redial decides.
    }
    if (isComplete()) {
      effects.add(new CancelTimer(Timer.RECONNECT));
    } else {
      // A ticket and an Armed are owed now; the timer sees to it that they are not for ever.
      effects.add(new SetTimer(Timer.RECONNECT, policy.reconnectMax()));
    }
  }

  private void giveNoEvidence() {
    if (!warned) {
      warned = true;
      effects.add(new WarnAddressesDisagree());
    }
    stopRedialling();
    doubt = Doubt.NONE;
    reconnects = 0;
    armed = false;
    close(life);
    life = OptionalLong.empty();
  }

  void lifeOpened(long line) {
    close(life);
    life = OptionalLong.of(line);
    armed = false;
    effects.add(new SendArmed(line));
    if (!isRedialling()) {
      effects.add(new SetTimer(Timer.RECONNECT, policy.reconnectMax()));
    }
  }

  void armedReceived(long line) {
    if (!is(life, line) || armed) {
      return;
    }
    armed = true;
    renewLife = false;
    reconnects = 0;
    stopRedialling();
    doubt = Doubt.NONE; // If the peer died since, this line breaks too.
    if (talk.isPresent()) {
      effects.add(new CancelTimer(Timer.RECONNECT));
    } else if (dials) {
      reconnectLater();
    }
  }

  /** No line is opened any more; one that stands, or whose break is in doubt, can prove a death. */
  void removed() {
    dials = false;
  }

  void departed() {
    endLines();
    effects.add(new Departed());
  }

  void talkClosed(long line, LineEnd how) {
    if (is(talk, line)) {
      talk = OptionalLong.empty();
      renewLife |= how == LineEnd.FIN; // So the peer asks for a new life-line, unless it died.
      if (dials && !isRedialling()) {
        reconnectLater();
      }
    }
  }

  void lifeClosed(long line, LineEnd how) {
    if (is(life, line)) {
      boolean wasArmed = armed;
      armed = false;
      life = OptionalLong.empty();
      if (wasArmed && how != LineEnd.CLOSED_HERE) {
        broke(how);
      } else {
        lost();
      }
    }
  }

  /** An armed life-line broke without goodbye (rule 1). */
  private void broke(LineEnd how) {
    doubt = how == LineEnd.FIN ? Doubt.FIN : Doubt.BROKEN;
    redials = 0;
    effects.add(new CancelTimer(Timer.RECONNECT));
    effects.add(new SetTimer(Timer.GIVE_UP, policy.redialLimit()));
    redial();
  }

  private void redial() {
    attempt++;
    effects.add(new Redial(attempt));
  }

  void redialled(int which, RedialResult result) {
    if (which != attempt || doubt == Doubt.NONE) {
      return;
    }
    boolean proof =
        result == RedialResult.OTHER_LIFE || (result == RedialResult.REFUSED && doubt == Doubt.FIN);
    if (proof) {
      proved();
    } else if (result == RedialResult.SAME_LIFE) {
      stopRedialling();
      doubt = Doubt.NONE;
      effects.add(new NoEvidence());
      lost();
    } else if (doubt == Doubt.LASTING) {
      reconnectLater();
    } else if (result == RedialResult.REFUSED) {
      leaveInDoubt();
    } else {
      effects.add(new SetTimer(Timer.REDIAL, policy.redialPause(redials)));
      redials++;
    }
  }

  private void proved() {
    endLines();
    effects.add(new Proved());
    close(talk);
    close(life);
  }

  private void leaveInDoubt() {
    stopRedialling();
    doubt = Doubt.LASTING;
    effects.add(new NoEvidence());
    reconnectLater();
  }

  void talkFailed(RedialResult result) {
    dialling = false;
    if (doubt == Doubt.LASTING && result == RedialResult.OTHER_LIFE) {
      proved();
    } else if (!isRedialling()) {
      reconnectLater();
    }
  }

  /**
   * The life-line is gone and nothing is proved. The lower address opens both lines anew; the
   * higher one asks for that, if no new one comes by itself.
   */
  void lost() {
    if (!isRedialling() && !armed) {
      reconnectLater();
    }
  }

  private void reconnectLater() {
    Duration pause =
        life.isPresent() && !armed ? policy.reconnectMax() : policy.reconnectPause(reconnects);
    reconnects = Math.min(reconnects + 1, 62);
    effects.add(new SetTimer(Timer.RECONNECT, pause));
  }

  void timerFired(Timer timer) {
    switch (timer) {
      case REDIAL -> {
        if (isRedialling()) {
          redial();
        }
      }
      case GIVE_UP -> {
        if (isRedialling()) {
          leaveInDoubt();
        }
      }
      case RECONNECT -> reconnect();
    }
  }

  private void reconnect() {
    if (isRedialling() || (isComplete() && doubt == Doubt.NONE)) {
      return;
    }
    if (!dials && doubt == Doubt.LASTING) {
      redial();
      return;
    }
    close(talk);
    talk = OptionalLong.empty();
    dialTalk();
  }

  /** Tells whether all lines stand that can: without agreement on addresses only the talk line. */
  private boolean isComplete() {
    return talk.isPresent() && (!agree || (armed && !renewLife));
  }

  private boolean isRedialling() {
    return doubt == Doubt.FIN || doubt == Doubt.BROKEN;
  }

  private void stopRedialling() {
    if (isRedialling()) {
      effects.add(new CancelTimer(Timer.REDIAL));
      effects.add(new CancelTimer(Timer.GIVE_UP));
    }
  }

  private void endLines() {
    stopRedialling();
    effects.add(new CancelTimer(Timer.RECONNECT));
    ended = true;
  }

  private void close(OptionalLong line) {
    line.ifPresent(id -> effects.add(new CloseLine(id)));
  }

  private static boolean is(OptionalLong current, long line) {
    return current.isPresent() && current.getAsLong() == line;
  }
}
