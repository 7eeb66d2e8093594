package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.SPEC;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.Withdraw;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The guarantees of {@link Rights} under orders in any order, repeated as often as one likes. */
class RightsPropertiesTest {

  private static final Catalog CATALOG = new Catalog(List.of(WORK), List.of(), List.of());

  /** Something that happens to a node. */
  private enum Kind {
    GRANT,
    RESERVE,
    WITHDRAW,
    REVOKE,
    STOPPED,
    DEAD,
    FORFEIT
  }

  private record Event(Kind kind, int slot, long seq) {

    Slot where() {
      return new Slot(WORK, slot);
    }

    SlotOrder order() {
      return switch (kind) {
        case RESERVE -> new Reserve(EPOCH, 1, where(), token(seq), List.of(A), SPEC);
        case WITHDRAW -> new Withdraw(EPOCH, 1, where(), token(seq));
        case REVOKE -> new Revoke(EPOCH, 1, where(), token(seq));
        default -> new Grant(EPOCH, 1, where(), token(seq), SPEC);
      };
    }

    boolean isOrder() {
      return kind.ordinal() <= Kind.REVOKE.ordinal();
    }

    List<ParticipantEffect> apply(Rights rights) {
      return switch (kind) {
        case STOPPED -> stop(rights);
        case DEAD -> rights.succeed(Set.of(A, C));
        case FORFEIT -> rights.forfeit();
        default -> rights.obey(order(), Optional.empty());
      };
    }

    private List<ParticipantEffect> stop(Rights rights) {
      List<ParticipantEffect> effects = new ArrayList<>();
      rights.stopped(where()).ifPresent(answer -> effects.add(new Tell(answer)));
      return effects;
    }
  }

  @Property
  void shouldNeverTakeATokenThatItSaidItWouldNot(@ForAll("events") List<Event> events) {
    Rights rights = new Rights(B, CATALOG);
    Map<Slot, Token> gone = new TreeMap<>();
    for (Event event : events) {
      List<ParticipantEffect> effects = event.apply(rights);

      for (ParticipantEffect effect : effects) {
        if (effect instanceof Start start && gone.containsKey(start.slot())) {
          assertThat(start.token()).isGreaterThan(gone.get(start.slot()));
        } else if (effect instanceof Reply reply) {
          note(reply.answer(), gone);
        } else if (effect instanceof Tell tell) {
          note(tell.answer(), gone);
        }
      }
    }
  }

  private static void note(Answer answer, Map<Slot, Token> gone) {
    if (answer instanceof Stopped stopped) {
      gone.merge(stopped.slot(), stopped.token(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
    } else if (answer instanceof Refused refused) {
      gone.merge(refused.slot(), refused.token(), (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
  }

  @Property
  void shouldHoldOneSlotOfARoleAtMost(@ForAll("events") List<Event> events) {
    Rights rights = new Rights(B, CATALOG);

    for (Event event : events) {
      event.apply(rights);

      assertThat(rights.slots()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Property
  void shouldDoNothingMoreWhenAnOrderIsRepeated(@ForAll("events") List<Event> events) {
    Rights rights = new Rights(B, CATALOG);
    for (Event event : events) {
      event.apply(rights);
      if (event.isOrder()) {
        List<Report.Held> held = rights.held();
        List<Report.Reserved> reserved = rights.reserved();

        List<ParticipantEffect> again = event.apply(rights);

        assertThat(again).allMatch(Reply.class::isInstance);
        assertThat(rights.held()).isEqualTo(held);
        assertThat(rights.reserved()).isEqualTo(reserved);
      }
    }
  }

  @Property
  void shouldSayThatItHasStoppedOnlyWhenNothingRunsUpToThatToken(
      @ForAll("events") List<Event> events) {
    Rights rights = new Rights(B, CATALOG);
    for (Event event : events) {
      for (ParticipantEffect effect : event.apply(rights)) {
        if (effect instanceof Reply reply && reply.answer() instanceof Stopped stopped) {
          assertThat(rights.held())
              .noneMatch(
                  held ->
                      held.slot().equals(stopped.slot())
                          && held.token().compareTo(stopped.token()) <= 0);
        }
      }
    }
  }

  @Provide
  Arbitrary<List<Event>> events() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 2),
            Arbitraries.longs().between(1, 6))
        .as(Event::new)
        .list()
        .ofMaxSize(25);
  }
}
