package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.OTHER;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.only;
import static io.beethoven.grant.GrantFixtures.spec;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.EditStored;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Answer.EditsStored;
import io.beethoven.grant.Order.StoreEdits;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rule 4.6.8, in a reign of node A with the voters A, B and C. */
class EditLogTest {

  private static final Voters VOTERS = voters(A, B, C);
  private static final Edits FORMER =
      Edits.NONE.under(new Epoch(4, C.uid()), VOTERS).with(spec(OTHER, 1));

  private final List<AllocatorEffect> effects = new ArrayList<>();

  @Test
  void shouldAcknowledgeAnEditOnlyWhenEveryVoterHasStoredIt() {
    EditLog log = log(Edits.NONE);
    log.edit(spec(WORK, 3));
    log.proceed(effects, at(0));
    Edits edits = Edits.NONE.under(EPOCH, VOTERS).with(spec(WORK, 3));
    assertThat(effects)
        .containsExactly(
            new Send(A, new StoreEdits(EPOCH, edits)),
            new Send(B, new StoreEdits(EPOCH, edits)),
            new Send(C, new StoreEdits(EPOCH, edits)),
            new EditStored(edits, 0, 3));
    assertThat(log.isOnItsWay()).isTrue();

    stored(log, edits, A, B);
    assertThat(step(log, 10)).containsExactly(new EditStored(edits, 2, 3));
    assertThat(new EditStored(edits, 2, 3).acknowledged()).isFalse();
    assertThat(log.active()).as("it has no effect yet").isEqualTo(Edits.NONE);
    stored(log, edits, B);
    assertThat(step(log, 20)).as("repeated").isEmpty();
    stored(log, edits, C);
    assertThat(step(log, 30)).containsExactly(new EditStored(edits, 3, 3));

    assertThat(new EditStored(edits, 3, 3).acknowledged()).isTrue();
    assertThat(log.active()).isEqualTo(edits);
    assertThat(log.isOnItsWay()).isFalse();
  }

  @Test
  void shouldRepeatItToThoseThatHaveNotStoredIt() {
    EditLog log = log(Edits.NONE);
    log.edit(spec(WORK, 3));
    log.proceed(effects, at(0));
    stored(log, Edits.NONE.under(EPOCH, VOTERS).with(spec(WORK, 3)), A);
    step(log, 499);

    assertThat(only(step(log, 500), Send.class)).extracting(Send::to).containsExactly(B, C);
  }

  @Test
  void shouldGoOnWithoutTheDead() {
    Reign reign = reign(Edits.NONE);
    EditLog log = new EditLog(reign, FAST);
    log.edit(spec(WORK, 3));
    log.proceed(effects, at(0));
    stored(log, Edits.NONE.under(EPOCH, VOTERS).with(spec(WORK, 3)), A, B);

    reign.adopt(reign.voters(), List.of(C));
    step(log, 10);

    assertThat(log.active().specs()).containsExactly(spec(WORK, 3));
    assertThat(reign.edits()).isEqualTo(log.active());
  }

  @Test
  void shouldWorkWithWhatWasFoundAndStoreItAgain() {
    EditLog log = log(FORMER);
    log.proceed(effects, at(0));

    assertThat(log.active()).isEqualTo(FORMER);
    assertThat(only(effects, Send.class))
        .extracting(Send::order)
        .containsOnly(new StoreEdits(EPOCH, FORMER.under(EPOCH, VOTERS)));
    stored(log, FORMER.under(EPOCH, VOTERS), A, B, C);
    step(log, 10);
    assertThat(log.active()).isEqualTo(FORMER.under(EPOCH, VOTERS));
  }

  @Test
  void shouldStoreNothingWhenNothingWasEverEdited() {
    log(Edits.NONE).proceed(effects, at(0));

    assertThat(effects).isEmpty();
  }

  @Test
  void shouldStoreOneEditAfterTheOther() {
    EditLog log = log(FORMER);
    log.edit(spec(WORK, 3));
    log.edit(spec(WORK, 4));
    log.proceed(effects, at(0));
    stored(log, FORMER.under(EPOCH, VOTERS), A, B, C);
    step(log, 10);
    Edits first = FORMER.under(EPOCH, VOTERS).with(spec(WORK, 3));

    assertThat(only(step(log, 20), Send.class))
        .extracting(Send::order)
        .containsOnly(new StoreEdits(EPOCH, first));
    stored(log, first.with(spec(WORK, 4)), A, B, C);
    step(log, 30);
    assertThat(log.active()).as("answers to something else").isEqualTo(FORMER.under(EPOCH, VOTERS));
    stored(log, first, A, B, C);
    step(log, 40);
    assertThat(log.active()).isEqualTo(first);
    step(log, 50);
    stored(log, first.with(spec(WORK, 4)), A, B, C);
    step(log, 60);
    assertThat(log.active().specs()).containsExactly(spec(OTHER, 1), spec(WORK, 4));
  }

  @Test
  void shouldHaveWhatWasInheritedStoredByWhoeverBroughtItAsWell() {
    EditLog log = log(FORMER);
    Edits theirs = new Edits(8, 1, EPOCH, 4, List.of(spec(OTHER, 7), spec(WORK, 7)));
    log.found(D, theirs);
    log.proceed(effects, at(0));
    stored(log, FORMER.under(EPOCH, VOTERS), A, B, C);
    step(log, 10);
    Edits merged = FORMER.under(EPOCH, VOTERS).with(spec(WORK, 7));

    assertThat(only(step(log, 20), Send.class))
        .containsExactly(
            new Send(A, new StoreEdits(EPOCH, merged)),
            new Send(B, new StoreEdits(EPOCH, merged)),
            new Send(C, new StoreEdits(EPOCH, merged)),
            new Send(D, new StoreEdits(EPOCH, merged)));
    stored(log, merged, A, B, C);
    step(log, 30);
    assertThat(log.active()).isEqualTo(merged);
    assertThat(log.isOnItsWay()).isFalse();
    assertThat(step(log, 9_000)).isEmpty();
  }

  @Test
  void shouldBeginAnewInAnotherCluster() {
    Reign reign = reign(Edits.NONE);
    EditLog log = new EditLog(reign, FAST);
    log.edit(spec(WORK, 3));
    log.proceed(effects, at(0));
    Voters others = Voters.founding(99, 1, D);

    reign.follow(outlook(others, Edits.NONE));
    log.edit(spec(WORK, 4));
    step(log, 10);

    assertThat(only(effects, Send.class))
        .extracting(Send::order)
        .containsOnly(new StoreEdits(EPOCH, Edits.NONE.under(EPOCH, others).with(spec(WORK, 4))));
  }

  private List<AllocatorEffect> step(EditLog log, long millis) {
    effects.clear();
    log.proceed(effects, at(millis));
    return List.copyOf(effects);
  }

  private static void stored(EditLog log, Edits edits, Incarnation... nodes) {
    for (Incarnation node : nodes) {
      log.stored(new EditsStored(node, edits.epoch(), edits.seq()));
    }
  }

  private static EditLog log(Edits found) {
    return new EditLog(reign(found), FAST);
  }

  private static Reign reign(Edits found) {
    return new Reign(A, EPOCH, 7, outlook(VOTERS, found), at(0));
  }

  private static Outlook outlook(Voters voters, Edits edits) {
    return new Outlook(voters, Set.of(), Optional.empty(), 0, edits, List.of(), Map.of(), false);
  }
}
