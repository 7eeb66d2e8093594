package io.beethoven.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.beethoven.evidence.LineEffect.CancelTimer;
import io.beethoven.evidence.LineEffect.CloseLine;
import io.beethoven.evidence.LineEffect.Departed;
import io.beethoven.evidence.LineEffect.DialLife;
import io.beethoven.evidence.LineEffect.DialTalk;
import io.beethoven.evidence.LineEffect.LinesChanged;
import io.beethoven.evidence.LineEffect.NoEvidence;
import io.beethoven.evidence.LineEffect.Proved;
import io.beethoven.evidence.LineEffect.Redial;
import io.beethoven.evidence.LineEffect.SendArmed;
import io.beethoven.evidence.LineEffect.SetTimer;
import io.beethoven.evidence.LineEffect.Timer;
import io.beethoven.evidence.LineEffect.WarnAddressesDisagree;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PeerLinesTest {

  private static final NodeId LOW = new NodeId("127.0.0.1", 25520);
  private static final NodeId HIGH = new NodeId("127.0.0.2", 25520);
  private static final LinePolicy POLICY =
      new LinePolicy(
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(2));
  private static final long TALK = 1;
  private static final long LIFE = 2;

  private PeerLines lines = PeerLines.between(HIGH, LOW, POLICY);

  private List<LineEffect> when(Function<PeerLines, PeerLines.Step> event) {
    PeerLines.Step step = event.apply(lines);
    lines = step.lines();
    return step.effects();
  }

  private void armed(NodeId self, NodeId peer) {
    lines = PeerLines.between(self, peer, POLICY);
    when(PeerLines::start);
    when(l -> l.talkOpened(TALK, true));
    when(l -> l.ticketReceived(TALK, 77));
    when(l -> l.lifeOpened(LIFE));
    when(l -> l.armedReceived(LIFE));
    assertThat(lines.isArmed()).isTrue();
  }

  private void armedDialler() {
    armed(LOW, HIGH);
  }

  private void armedListener() {
    armed(HIGH, LOW);
  }

  private int redialOf(List<LineEffect> effects) {
    return effects.stream()
        .filter(Redial.class::isInstance)
        .map(Redial.class::cast)
        .findFirst()
        .orElseThrow()
        .attempt();
  }

  @Nested
  class Opening {

    @Test
    void shouldDialWhenItHasTheLowerAddress() {
      lines = PeerLines.between(LOW, HIGH, POLICY);

      assertThat(when(PeerLines::start)).containsExactly(new DialTalk());
    }

    @Test
    void shouldWaitWhenItHasTheHigherAddress() {
      assertThat(when(PeerLines::start)).isEmpty();
    }

    @Test
    void shouldOpenTheLifeLineWithTheTicketAndArmIt() {
      lines = PeerLines.between(LOW, HIGH, POLICY);
      when(PeerLines::start);

      assertThat(when(l -> l.talkOpened(TALK, true))).contains(new LinesChanged(true, false));
      assertThat(when(l -> l.ticketReceived(TALK, 77))).containsExactly(new DialLife(77));
      assertThat(when(l -> l.lifeOpened(LIFE))).contains(new SendArmed(LIFE));
      assertThat(when(l -> l.armedReceived(LIFE))).contains(new LinesChanged(true, true));
    }

    @Test
    void shouldArmAnInboundLifeLine() {
      when(PeerLines::start);
      when(l -> l.talkOpened(TALK, true));

      assertThat(when(l -> l.lifeOpened(LIFE))).contains(new SendArmed(LIFE));
      assertThat(when(l -> l.armedReceived(LIFE))).contains(new LinesChanged(true, true));
    }

    @Test
    void shouldIgnoreATicketWhenItDoesNotDial() {
      when(l -> l.talkOpened(TALK, true));

      assertThat(when(l -> l.ticketReceived(TALK, 77))).isEmpty();
    }

    @Test
    void shouldDialAgainWithGrowingPausesWhenDiallingFails() {
      lines = PeerLines.between(LOW, HIGH, POLICY);
      when(PeerLines::start);

      assertThat(when(l -> l.talkFailed(RedialResult.REFUSED)))
          .containsExactly(new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
      assertThat(when(l -> l.timerFired(Timer.RECONNECT))).containsExactly(new DialTalk());
      assertThat(when(l -> l.talkFailed(RedialResult.SILENT)))
          .containsExactly(new SetTimer(Timer.RECONNECT, Duration.ofMillis(200)));
    }

    @Test
    void shouldBeginAnewWhenTheTicketNeverComes() {
      lines = PeerLines.between(LOW, HIGH, POLICY);
      when(PeerLines::start);
      assertThat(when(l -> l.talkOpened(TALK, true)))
          .contains(new SetTimer(Timer.RECONNECT, Duration.ofSeconds(2)));

      assertThat(when(l -> l.timerFired(Timer.RECONNECT)))
          .contains(new CloseLine(TALK), new DialTalk());
    }

    @Test
    void shouldBeginAnewWhenTheLifeLineCannotBeOpened() {
      lines = PeerLines.between(LOW, HIGH, POLICY);
      when(PeerLines::start);
      when(l -> l.talkOpened(TALK, true));
      when(l -> l.ticketReceived(TALK, 77));

      assertThat(when(PeerLines::lifeFailed))
          .containsExactly(new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
    }

    @Test
    void shouldReplaceTheTalkLineWhenTheLowerAddressDialsAgain() {
      when(l -> l.talkOpened(TALK, true));

      assertThat(when(l -> l.talkOpened(5, true))).contains(new CloseLine(TALK));
      assertThat(when(l -> l.talkClosed(TALK, LineEnd.BROKEN))).isEmpty();
      assertThat(lines.talkLine()).hasValue(5);
    }

    @Test
    void shouldRefuseAPeerAtItsOwnAddress() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PeerLines.between(LOW, LOW, POLICY))
          .withMessage("peer must be another node, was 127.0.0.1:25520");
    }
  }

  /** The observations of section 3: what a death and what a cut look like. */
  @Nested
  class Patterns {

    @Test
    void shouldProveDeathWhenKilled() {
      armedDialler();

      List<LineEffect> broke = when(l -> l.lifeClosed(LIFE, LineEnd.FIN));
      assertThat(broke)
          .contains(new Redial(1), new SetTimer(Timer.GIVE_UP, Duration.ofSeconds(10)))
          .contains(new LinesChanged(true, false));
      List<LineEffect> refused = when(l -> l.redialled(1, RedialResult.REFUSED));

      assertThat(refused)
          .contains(new Proved(), new CloseLine(TALK), new CancelTimer(Timer.GIVE_UP));
      assertThat(lines.isTalking()).isFalse();
    }

    @Test
    void shouldProveDeathWhenKilledAndItDoesNotDial() {
      armedListener();

      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));

      assertThat(when(l -> l.redialled(attempt, RedialResult.REFUSED))).contains(new Proved());
    }

    @Test
    void shouldRedialWithin20MillisWhileTheDyingBacklogAnswers() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));
      for (int pauseMillis : new int[] {1, 2, 4, 8, 16, 20, 20, 20}) {
        int current = attempt;
        assertThat(when(l -> l.redialled(current, RedialResult.MUTE)))
            .containsExactly(new SetTimer(Timer.REDIAL, Duration.ofMillis(pauseMillis)));
        attempt = redialOf(when(l -> l.timerFired(Timer.REDIAL)));
      }
      int last = attempt;

      assertThat(when(l -> l.redialled(last, RedialResult.REFUSED))).contains(new Proved());
    }

    @Test
    void shouldProveDeathWhenTheProcessDiedWithUnreadBytesAndANewLifeAnswers() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.BROKEN)));

      assertThat(when(l -> l.redialled(attempt, RedialResult.OTHER_LIFE))).contains(new Proved());
    }

    @Test
    void shouldStayWithoutProofWhenDropped() {
      armedDialler();

      assertThat(when(l -> l.talkClosed(TALK, LineEnd.BROKEN)))
          .contains(new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
      assertThat(when(l -> l.timerFired(Timer.RECONNECT))).contains(new DialTalk());
      assertThat(when(l -> l.talkFailed(RedialResult.SILENT)))
          .containsExactly(new SetTimer(Timer.RECONNECT, Duration.ofMillis(200)));
      assertThat(lines.isArmed()).isTrue();
    }

    @Test
    void shouldStayWithoutProofWhenAFirewallRejectsWithReset() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.BROKEN)));

      assertThat(when(l -> l.redialled(attempt, RedialResult.REFUSED)))
          .containsExactly(
              new CancelTimer(Timer.REDIAL),
              new CancelTimer(Timer.GIVE_UP),
              new NoEvidence(),
              new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
    }

    @Test
    void shouldStayWithoutProofWhenAFirewallRejectsWithIcmp() {
      armedDialler();

      when(l -> l.talkClosed(TALK, LineEnd.BROKEN));
      when(l -> l.timerFired(Timer.RECONNECT));

      assertThat(when(l -> l.talkFailed(RedialResult.REFUSED))).doesNotContain(new Proved());
    }

    @Test
    void shouldStayWithoutProofWhenFrozen() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.BROKEN)));

      assertThat(when(l -> l.redialled(attempt, RedialResult.MUTE)))
          .containsExactly(new SetTimer(Timer.REDIAL, Duration.ofMillis(1)));
      assertThat(when(l -> l.timerFired(Timer.GIVE_UP))).contains(new NoEvidence());
      assertThat(when(l -> l.timerFired(Timer.REDIAL))).isEmpty();
    }

    @Test
    void shouldNotTakeALateRefusalForProofWhenRediallingWasGivenUp() {
      armedListener();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));
      when(l -> l.timerFired(Timer.GIVE_UP));

      assertThat(when(l -> l.redialled(attempt, RedialResult.REFUSED)))
          .doesNotContain(new Proved());
    }

    @Test
    void shouldReconnectWhenTheSameLifeAnswers() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));

      assertThat(when(l -> l.redialled(attempt, RedialResult.SAME_LIFE)))
          .contains(new NoEvidence(), new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
      assertThat(when(l -> l.timerFired(Timer.RECONNECT)))
          .contains(new CloseLine(TALK), new DialTalk());
    }

    @Test
    void shouldAskTheLowerAddressToReconnectWhenTheSameLifeAnswers() {
      armedListener();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.BROKEN)));

      assertThat(when(l -> l.redialled(attempt, RedialResult.SAME_LIFE)))
          .contains(new NoEvidence(), new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
      assertThat(when(l -> l.timerFired(Timer.RECONNECT)))
          .containsExactly(new CloseLine(TALK), new LinesChanged(false, false));
    }

    @Test
    void shouldProveTheOldLifeDeadWhenANewOneAnswersMuchLater() {
      armedListener();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.BROKEN)));
      when(l -> l.redialled(attempt, RedialResult.REFUSED));
      int later = redialOf(when(l -> l.timerFired(Timer.RECONNECT)));

      assertThat(when(l -> l.redialled(later, RedialResult.OTHER_LIFE))).contains(new Proved());
    }

    @Test
    void shouldProveTheOldLifeDeadWhenANewOneAnswersTheTalkDial() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.BROKEN)));
      when(l -> l.redialled(attempt, RedialResult.REFUSED));
      assertThat(when(l -> l.timerFired(Timer.RECONNECT))).contains(new DialTalk());

      assertThat(when(l -> l.talkFailed(RedialResult.OTHER_LIFE))).contains(new Proved());
    }

    @Test
    void shouldForgetTheBreakWhenThePeerIsKnownToLive() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.BROKEN)));
      when(l -> l.redialled(attempt, RedialResult.REFUSED));
      when(l -> l.timerFired(Timer.RECONNECT));
      when(l -> l.talkOpened(9, true));
      when(l -> l.talkClosed(9, LineEnd.BROKEN));
      when(l -> l.timerFired(Timer.RECONNECT));

      assertThat(when(l -> l.talkFailed(RedialResult.OTHER_LIFE))).doesNotContain(new Proved());
    }
  }

  @Nested
  class NoProof {

    @Test
    void shouldGiveNoEvidenceWhenTheLifeLineWasNotArmed() {
      when(l -> l.talkOpened(TALK, true));
      when(l -> l.lifeOpened(LIFE));

      assertThat(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)))
          .containsExactly(new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
    }

    @Test
    void shouldGiveNoEvidenceWhenThisSideClosedTheLine() {
      armedDialler();

      assertThat(when(l -> l.lifeClosed(LIFE, LineEnd.CLOSED_HERE)))
          .noneMatch(Redial.class::isInstance)
          .contains(new SetTimer(Timer.RECONNECT, Duration.ofMillis(100)));
    }

    @Test
    void shouldGiveNoEvidenceAfterAGoodbye() {
      armedDialler();

      assertThat(when(PeerLines::goodbyeReceived))
          .contains(new Departed(), new LinesChanged(false, false));
      assertThat(when(PeerLines::goodbyeReceived)).isEmpty();
      assertThat(when(l -> l.lifeClosed(LIFE, LineEnd.FIN))).isEmpty();
      assertThat(when(l -> l.talkClosed(TALK, LineEnd.BROKEN))).isEmpty();
    }

    @Test
    void shouldGiveNoEvidenceWhenTheGoodbyeOvertakesTheRedial() {
      armedDialler();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));
      when(PeerLines::goodbyeReceived);

      assertThat(when(l -> l.redialled(attempt, RedialResult.REFUSED))).isEmpty();
    }

    @Test
    void shouldWarnOnceAndNotArmWhenAddressesDisagree() {
      lines = PeerLines.between(LOW, HIGH, POLICY);
      when(PeerLines::start);

      assertThat(when(l -> l.talkOpened(TALK, false))).contains(new WarnAddressesDisagree());
      assertThat(when(l -> l.ticketReceived(TALK, 77))).isEmpty();
      assertThat(when(l -> l.lifeOpened(LIFE))).containsExactly(new CloseLine(LIFE));
      when(l -> l.talkClosed(TALK, LineEnd.BROKEN));
      assertThat(when(l -> l.talkOpened(3, false))).doesNotContain(new WarnAddressesDisagree());
    }

    @Test
    void shouldIgnoreTheResultOfAnEarlierRedial() {
      armedDialler();
      int first = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));
      when(l -> l.redialled(first, RedialResult.MUTE));
      when(l -> l.timerFired(Timer.REDIAL));

      assertThat(when(l -> l.redialled(first, RedialResult.REFUSED))).isEmpty();
    }

    @Test
    void shouldLetTheRedialDecideWhenATalkLineOpensInTheMeantime() {
      armedListener();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));
      when(l -> l.talkOpened(8, true));

      assertThat(when(l -> l.redialled(attempt, RedialResult.REFUSED))).contains(new Proved());
    }

    @Test
    void shouldRefuseLinesAfterTheProof() {
      armedListener();
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));
      when(l -> l.redialled(attempt, RedialResult.REFUSED));

      assertThat(when(l -> l.talkOpened(8, true))).containsExactly(new CloseLine(8));
    }
  }

  @Nested
  class Renewal {

    @Test
    void shouldKeepTheLifeLineWhenOnlyTheTalkLineBroke() {
      armedDialler();
      when(l -> l.talkClosed(TALK, LineEnd.BROKEN));
      when(l -> l.timerFired(Timer.RECONNECT));
      when(l -> l.talkOpened(5, true));

      assertThat(when(l -> l.ticketReceived(5, 78))).isEmpty();
      assertThat(lines.isArmed()).isTrue();
    }

    @Test
    void shouldOpenANewLifeLineWhenThePeerAskedForItByClosingTheTalkLine() {
      armedDialler();
      when(l -> l.talkClosed(TALK, LineEnd.FIN));
      when(l -> l.timerFired(Timer.RECONNECT));
      when(l -> l.talkOpened(5, true));

      assertThat(when(l -> l.ticketReceived(5, 78))).containsExactly(new DialLife(78));
    }

    @Test
    void shouldNotAskForANewLifeLineWhenItComesByItself() {
      armedListener();
      when(l -> l.talkOpened(5, true));
      // The beacon closes the older life-line when the newer one is there.
      when(l -> l.lifeClosed(LIFE, LineEnd.CLOSED_HERE));
      when(l -> l.lifeOpened(6));

      assertThat(when(l -> l.armedReceived(6)))
          .containsExactly(new CancelTimer(Timer.RECONNECT), new LinesChanged(true, true));
      assertThat(when(l -> l.timerFired(Timer.RECONNECT))).isEmpty();
    }

    @Test
    void shouldStopRediallingWhenTheNewLineIsArmed() {
      armedListener();
      when(l -> l.talkOpened(5, true));
      int attempt = redialOf(when(l -> l.lifeClosed(LIFE, LineEnd.FIN)));
      when(l -> l.lifeOpened(6));
      when(l -> l.armedReceived(6));

      assertThat(when(l -> l.redialled(attempt, RedialResult.REFUSED))).isEmpty();
      assertThat(lines.isArmed()).isTrue();
    }

    @Test
    void shouldAskAgainWhenTheNewLineIsNeverArmed() {
      armedListener();
      when(l -> l.lifeClosed(LIFE, LineEnd.CLOSED_HERE));
      assertThat(when(l -> l.lifeOpened(6)))
          .contains(new SetTimer(Timer.RECONNECT, Duration.ofSeconds(2)));

      assertThat(when(l -> l.timerFired(Timer.RECONNECT))).contains(new CloseLine(TALK));
    }
  }
}
