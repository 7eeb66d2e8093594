package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.RightsEffect.Reply;
import io.beethoven.grant.RightsEffect.Retoken;
import io.beethoven.grant.RightsEffect.Start;
import io.beethoven.grant.RightsEffect.Stop;
import io.beethoven.grant.RightsEffect.Tell;
import io.beethoven.grant.RightsEffect.Warn;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RightsTest {

  private static final Incarnation SELF = new Incarnation(new NodeId("127.0.0.1", 25520), 1);
  private static final RoleName WORK = new RoleName("work");
  private static final Slot SLOT = new Slot(WORK, 0);
  private static final RoleSpec SPEC =
      new RoleSpec(
          WORK,
          2,
          Map.of(),
          Readiness.ON_START,
          false,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          HandOver.STOP_FIRST,
          true);
  private static final Epoch EPOCH = new Epoch(5, 9);

  private final Rights rights = new Rights(SELF, new Catalog(List.of(WORK), List.of(), List.of()));

  @Test
  void shouldPromiseAndRefuseLowerEpochsWhenPrepared() {
    assertThat(reply(new Prepare(EPOCH, 7, 3))).isInstanceOf(Promised.class);

    assertThat(reply(new Prepare(new Epoch(5, 8), 7, 1))).isEqualTo(new Nacked(SELF, EPOCH, 7));
    assertThat(reply(new Grant(new Epoch(4, 9), 1, SLOT, token(1), SPEC)))
        .isEqualTo(new Nacked(SELF, EPOCH, 7));
    assertThat(rights.isEmpty()).isTrue();
  }

  @Test
  void shouldRefuseTheSameEpochWhenAnotherReignChoseIt() {
    reply(new Prepare(EPOCH, 7, 1));

    assertThat(reply(new Prepare(EPOCH, 8, 1))).isEqualTo(new Nacked(SELF, EPOCH, 7));
    assertThat(((Promised) reply(new Prepare(EPOCH, 7, 2))).round()).isEqualTo(2);
  }

  @Test
  void shouldStartAndReportWhenGranted() {
    List<RightsEffect> effects = rights.handle(grant(SLOT, 1));

    assertThat(effects.get(0)).isEqualTo(new Start(SLOT, token(1), SPEC));
    assertThat(held()).containsExactly(new Held(SLOT, token(1), InstanceState.STARTING));
    assertThat(rights.allRunning()).isFalse();
    assertThat(rights.changed(SLOT, InstanceState.RUNNING)).hasSize(1);
    assertThat(rights.allRunning()).isTrue();
  }

  @Test
  void shouldStartOnceWhenAGrantIsRepeated() {
    rights.handle(grant(SLOT, 1));

    assertThat(rights.handle(grant(SLOT, 1)))
        .singleElement()
        .isInstanceOfSatisfying(
            Reply.class, reply -> assertThat(reply.answer()).isInstanceOf(Reported.class));
  }

  @Test
  void shouldRaiseTheTokenInPlaceWhenAHigherOneIsGranted() {
    rights.handle(grant(SLOT, 1));

    assertThat(rights.handle(grant(SLOT, 4))).contains(new Retoken(SLOT, token(4)));
    assertThat(reply(grant(SLOT, 2))).isEqualTo(new Refused(SELF, SLOT, token(2), Reason.FLOOR));
    assertThat(held()).containsExactly(new Held(SLOT, token(4), InstanceState.STARTING));
  }

  @Test
  void shouldRefuseForGoodWhenAnotherSlotOfTheRoleIsHeld() {
    Slot other = new Slot(WORK, 1);
    rights.handle(grant(SLOT, 1));

    assertThat(reply(grant(other, 2))).isEqualTo(new Refused(SELF, other, token(2), Reason.HELD));
    rights.handle(new Revoke(EPOCH, 1, SLOT, token(1)));
    rights.stopped(SLOT);

    assertThat(reply(grant(other, 2)))
        .as("a repetition that was under way")
        .isEqualTo(new Refused(SELF, other, token(2), Reason.FLOOR));
    assertThat(rights.handle(grant(other, 3))).contains(new Start(other, token(3), SPEC));
  }

  @Test
  void shouldRefuseWhenItCannotRunTheRoleOrTheSessionIsAnother() {
    Slot unknown = new Slot(new RoleName("unknown"), 0);

    assertThat(reply(grant(unknown, 1)))
        .isEqualTo(new Refused(SELF, unknown, token(1), Reason.NO_IMPLEMENTATION));
    assertThat(reply(new Grant(EPOCH, 2, SLOT, token(1), SPEC)))
        .isEqualTo(new Refused(SELF, SLOT, token(1), Reason.SESSION));
  }

  @Test
  void shouldAnswerARevokeOnlyAfterTheInstanceHasStopped() {
    rights.handle(grant(SLOT, 1));
    Revoke revoke = new Revoke(EPOCH, 1, SLOT, token(1));

    assertThat(rights.handle(revoke)).contains(new Stop(SLOT));
    assertThat(rights.handle(revoke))
        .noneMatch(Stop.class::isInstance)
        .noneMatch(RightsTest::saysStopped);
    assertThat(rights.handle(grant(SLOT, 2)))
        .contains(new Reply(new Refused(SELF, SLOT, token(2), Reason.HELD)));

    assertThat(rights.stopped(SLOT)).contains(new Tell(new Stopped(SELF, SLOT, token(2))));
    assertThat(reply(revoke)).isEqualTo(new Stopped(SELF, SLOT, token(2)));
    assertThat(held()).isEmpty();
  }

  @Test
  void shouldIgnoreARevokeWhenAHigherTokenIsHeld() {
    rights.handle(grant(SLOT, 5));

    assertThat(rights.handle(new Revoke(EPOCH, 1, SLOT, token(4))))
        .noneMatch(Stop.class::isInstance)
        .noneMatch(RightsTest::saysStopped);
    assertThat(held()).hasSize(1);
  }

  @Test
  void shouldRefuseADelayedGrantWhenItsRevokeCameFirst() {
    assertThat(reply(new Revoke(EPOCH, 1, SLOT, token(3))))
        .isEqualTo(new Stopped(SELF, SLOT, token(3)));

    assertThat(reply(grant(SLOT, 3))).isEqualTo(new Refused(SELF, SLOT, token(3), Reason.FLOOR));
  }

  @Test
  void shouldTellOfTheFailureBeforeTheFreeSlotWhenItGivesUp() {
    rights.handle(grant(SLOT, 1));

    assertThat(rights.gaveUp(SLOT, "boom"))
        .extracting(effect -> ((Tell) effect).answer().getClass().getSimpleName())
        .containsExactly("Reported", "Stopped");
  }

  @Test
  void shouldReportWhatItGaveUpUntilItIsGrantedAgain() {
    rights.handle(grant(SLOT, 1));
    rights.gaveUp(SLOT, "boom");

    assertThat(rights.report().released())
        .containsExactly(new Report.Released(SLOT, token(1), "boom"));
    assertThat(held()).isEmpty();
    assertThat(reply(grant(SLOT, 1))).isEqualTo(new Refused(SELF, SLOT, token(1), Reason.FLOOR));
    rights.handle(grant(SLOT, 2));
    assertThat(rights.report().released()).isEmpty();
  }

  @Test
  void shouldDropEverythingWhenAllIsStopped() {
    rights.handle(grant(SLOT, 1));

    assertThat(rights.stopAll()).contains(new Stop(SLOT));
    assertThat(rights.isEmpty()).isFalse();
    rights.stopped(SLOT);

    assertThat(rights.isEmpty()).isTrue();
    assertThat(rights.report().session()).isEqualTo(2);
    assertThat(rights.report().accepting()).isFalse();
    assertThat(reply(grant(SLOT, 9))).isEqualTo(new Refused(SELF, SLOT, token(9), Reason.SESSION));
    assertThat(reply(new Grant(EPOCH, 2, SLOT, token(9), SPEC)))
        .isEqualTo(new Refused(SELF, SLOT, token(9), Reason.CLOSED));
    rights.resume();
    assertThat(rights.handle(new Grant(EPOCH, 2, SLOT, token(10), SPEC)))
        .contains(new Start(SLOT, token(10), SPEC));
  }

  @Test
  void shouldTakeNothingMoreWhenDraining() {
    rights.handle(grant(SLOT, 1));
    rights.drain();

    assertThat(rights.report().draining()).isTrue();
    assertThat(rights.slots()).containsExactly(SLOT);
    assertThat(rights.endDrain()).contains(new Stop(SLOT));
  }

  @Test
  void shouldWarnOfADifferenceOnceUntilItChanges() {
    Difference one = new Difference(WORK, "count is 1, valid is 2");

    assertThat(rights.handle(new Differ(EPOCH, List.of(one))))
        .containsExactly(new Warn(List.of(one)));
    assertThat(rights.handle(new Differ(EPOCH, List.of(one)))).isEmpty();
    rights.handle(new Differ(EPOCH, List.of()));
    assertThat(rights.handle(new Differ(EPOCH, List.of(one)))).hasSize(1);
  }

  @Test
  void shouldTeachTheDefinitionOfWhatItHoldsWhenItHasNoneOfItsOwn() {
    rights.handle(grant(SLOT, 1));

    assertThat(((Promised) reply(new Prepare(new Epoch(6, 1), 1, 1))).catalog().learned())
        .containsExactly(SPEC);
  }

  private List<Held> held() {
    return rights.report().held();
  }

  private Answer reply(Order order) {
    return rights.handle(order).stream()
        .filter(Reply.class::isInstance)
        .map(effect -> ((Reply) effect).answer())
        .findFirst()
        .orElseThrow();
  }

  private static boolean saysStopped(RightsEffect effect) {
    return effect instanceof Reply reply && reply.answer() instanceof Stopped;
  }

  private static Grant grant(Slot slot, long seq) {
    return new Grant(EPOCH, 1, slot, token(seq), SPEC);
  }

  private static Token token(long seq) {
    return new Token(EPOCH, seq);
  }
}
