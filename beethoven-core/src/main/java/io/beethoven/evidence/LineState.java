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

  /** Whether this side dials: it has the lower address. */
  final boolean dials;

  private final LinePolicy policy;
  private OptionalLong talk = OptionalLong.empty();
  private boolean dialling;
  private boolean agree;
  private boolean warned;
  private OptionalLong life = OptionalLong.empty();
  private boolean armed;

  /** An armed life-line whose successor is not armed yet. */
  private OptionalLong formerLife = OptionalLong.empty();

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
    this.formerLife = from.formerLife;
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
    return !ended && (armed || formerLife.isPresent());
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
    if (dials && agree && is(talk, line)) {
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
    effects.add(new CancelTimer(Timer.RECONNECT));
    if (dials && agree) {
      // The peer owes a ticket and its Armed; the timer sees to it that it does not owe for ever.
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
    close(formerLife);
    life = OptionalLong.empty();
    formerLife = OptionalLong.empty();
  }

  void lifeOpened(long line) {
    if (armed) {
      close(formerLife);
      formerLife = life; // Still evidence until the new one is armed.
    } else {
      close(life);
    }
    life = OptionalLong.of(line);
    armed = false;
    effects.add(new SendArmed(line));
  }

  void armedReceived(long line) {
    if (!is(life, line) || armed) {
      return;
    }
    armed = true;
    reconnects = 0;
    close(formerLife);
    formerLife = OptionalLong.empty();
    stopRedialling();
    doubt = Doubt.NONE; // If the peer died since, this line breaks too.
    if (talk.isPresent()) {
      effects.add(new CancelTimer(Timer.RECONNECT));
    }
  }

  void departed() {
    endLines();
    effects.add(new Departed());
  }

  void talkClosed(long line) {
    if (is(talk, line)) {
      talk = OptionalLong.empty();
      if (dials && !isRedialling()) {
        reconnectLater();
      }
    }
  }

  void lifeClosed(long line, LineEnd how) {
    if (is(formerLife, line)) {
      formerLife = OptionalLong.empty();
      if (how != LineEnd.CLOSED_HERE) {
        broke(how);
      }
    } else if (is(life, line)) {
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
    if (isRedialling()) {
      return;
    }
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
    close(formerLife);
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

  /** The life-line is gone and nothing is proved: the lower address opens both lines anew. */
  void lost() {
    if (isRedialling() || armed) {
      return;
    }
    if (dials) {
      reconnectLater();
    } else if (life.isEmpty()) {
      close(talk);
      talk = OptionalLong.empty();
    }
  }

  private void reconnectLater() {
    boolean openingLife = life.isPresent() && !armed;
    Duration pause = openingLife ? policy.reconnectMax() : policy.reconnectPause(reconnects);
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
    boolean complete = talk.isPresent() && (armed || !agree);
    if (isRedialling() || (complete && doubt == Doubt.NONE)) {
      return;
    }
    if (dials) {
      close(talk);
      talk = OptionalLong.empty();
      dialTalk();
    } else if (doubt == Doubt.LASTING) {
      redial();
    }
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
