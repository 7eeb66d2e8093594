package io.beethoven.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.LineEffect.CloseLine;
import io.beethoven.evidence.LineEffect.LinesChanged;
import io.beethoven.evidence.LineEffect.Proved;
import io.beethoven.evidence.LineEffect.Redial;
import io.beethoven.evidence.LineEffect.Timer;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

class PeerLinesPropertiesTest {

  private static final LinePolicy POLICY =
      new LinePolicy(
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(2));

  enum Kind {
    TALK_OPENED,
    TALK_DISAGREES,
    LIFE_OPENED,
    TICKET,
    ARMED,
    TALK_CLOSED,
    LIFE_FIN,
    LIFE_BROKEN,
    LIFE_CLOSED_HERE,
    TALK_FAILED,
    REDIALLED,
    TIMER,
    GOODBYE
  }

  record Event(Kind kind, int choice) {}

  /** Plays events that could follow from each other and keeps what an observer could know. */
  private static final class World {
    private PeerLines lines;
    private long nextLine = 1;
    private long talk;
    private long life;
    private int attempt;
    private final Set<Long> armed = new HashSet<>();
    private boolean broke;
    private boolean finished;
    private boolean goodbye;
    private boolean reported;
    private int proofs;
    private @Nullable RedialResult last;

    World(boolean dials) {
      NodeId low = new NodeId("127.0.0.1", 1);
      NodeId high = new NodeId("127.0.0.2", 1);
      lines = dials ? PeerLines.between(low, high, POLICY) : PeerLines.between(high, low, POLICY);
      follow(lines.start());
    }

    void play(Event event) {
      last = null;
      RedialResult result = RedialResult.values()[event.choice() % RedialResult.values().length];
      switch (event.kind()) {
        case TALK_OPENED -> follow(lines.talkOpened(talk = nextLine++, true));
        case TALK_DISAGREES -> follow(lines.talkOpened(talk = nextLine++, false));
        case LIFE_OPENED -> follow(lines.lifeOpened(life = nextLine++));
        case TICKET -> follow(lines.ticketReceived(talk, 7));
        case ARMED -> {
          follow(lines.armedReceived(life));
          armed.add(life);
        }
        case TALK_CLOSED -> follow(lines.talkClosed(talk, LineEnd.values()[event.choice() % 3]));
        case LIFE_FIN -> end(LineEnd.FIN);
        case LIFE_BROKEN -> end(LineEnd.BROKEN);
        case LIFE_CLOSED_HERE -> end(LineEnd.CLOSED_HERE);
        case TALK_FAILED -> {
          last = result;
          follow(lines.talkFailed(result));
        }
        case REDIALLED -> {
          last = result;
          follow(lines.redialled(attempt, result));
        }
        case TIMER -> follow(lines.timerFired(Timer.values()[event.choice() % 3]));
        case GOODBYE -> {
          goodbye = true;
          follow(lines.goodbyeReceived());
        }
      }
    }

    private void end(LineEnd how) {
      if (armed.contains(life) && how != LineEnd.CLOSED_HERE) {
        broke = true;
        finished |= how == LineEnd.FIN;
      }
      follow(lines.lifeClosed(life, how));
    }

    private void follow(PeerLines.Step step) {
      for (LineEffect effect : step.effects()) {
        if (effect instanceof Redial redial) {
          assertThat(redial.attempt()).isGreaterThan(attempt);
          attempt = redial.attempt();
        } else if (effect instanceof LinesChanged changed) {
          reported = changed.armed();
        } else if (effect instanceof CloseLine closed) {
          assertThat(closed.line()).isBetween(1L, nextLine);
        } else if (effect instanceof Proved) {
          proofs++;
          assertThat(goodbye).isFalse();
          assertThat(broke).isTrue();
          assertThat(last)
              .isIn(
                  finished
                      ? Set.of(RedialResult.REFUSED, RedialResult.OTHER_LIFE)
                      : Set.of(RedialResult.OTHER_LIFE));
        }
      }
      lines = step.lines();
    }
  }

  @Property
  void shouldProveAtMostOnceAndOnlyByRule1(
      @ForAll boolean dials, @ForAll("histories") List<Event> events) {
    World world = new World(dials);
    for (Event event : events) {
      world.play(event);
      assertThat(world.reported).isEqualTo(world.lines.isArmed());
    }
    assertThat(world.proofs).isLessThanOrEqualTo(1);
  }

  /** Lasting: whatever happened, a peer that answers is armed again in the end. */
  @Property
  void shouldBeArmedAgainWhenThePeerAnswers(
      @ForAll boolean dials, @ForAll("histories") List<Event> events) {
    World world = new World(dials);
    events.stream().filter(event -> event.kind() != Kind.GOODBYE).forEach(world::play);
    if (world.proofs > 0) {
      return;
    }
    world.play(new Event(Kind.TALK_OPENED, 0));
    world.play(new Event(Kind.TICKET, 0));
    world.play(new Event(Kind.LIFE_OPENED, 0));
    world.play(new Event(Kind.ARMED, 0));

    assertThat(world.lines.isArmed()).isTrue();
    assertThat(world.lines.isTalking()).isTrue();
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.of(Kind.TALK_OPENED)),
            Tuple.of(8, Arbitraries.of(Kind.LIFE_OPENED, Kind.ARMED)),
            Tuple.of(8, Arbitraries.of(Kind.LIFE_FIN, Kind.LIFE_BROKEN)),
            Tuple.of(8, Arbitraries.of(Kind.REDIALLED, Kind.TIMER)),
            Tuple.of(4, Arbitraries.of(Kind.class)));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 29))
        .as(Event::new)
        .list()
        .ofMaxSize(40);
  }
}
