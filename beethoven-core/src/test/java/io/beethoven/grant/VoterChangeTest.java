package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.EPOCH;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.SPEC;
import static io.beethoven.grant.GrantFixtures.at;
import static io.beethoven.grant.GrantFixtures.only;
import static io.beethoven.grant.GrantFixtures.set;
import static io.beethoven.grant.GrantFixtures.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.AllocatorEffect.VotersChanged;
import io.beethoven.grant.Answer.VotersStored;
import io.beethoven.grant.Order.StoreVoters;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Rule 3.4, in a reign of node A. */
class VoterChangeTest {

  private static final Epoch FORMER = new Epoch(4, C.uid());
  private static final Edits EDITS = Edits.NONE.under(FORMER, voters(A, B)).with(SPEC);

  private final Reign reign =
      new Reign(
          A,
          EPOCH,
          7,
          new Outlook(
              voters(A, B), Set.of(), Optional.empty(), 0, EDITS, List.of(), Map.of(), false),
          GrantFixtures.at(0));
  private final VoterChange change = new VoterChange(reign, FAST, 3);
  private final List<AllocatorEffect> effects = new ArrayList<>();

  @Test
  void shouldCompleteOnlyWhenEveryVoterOldAndNewHasStoredIt() {
    proceed(0, A, B, C);
    Voters joint = voters(A, B).towards(EPOCH, set(A, B, C));
    assertThat(orders())
        .containsOnly(
            new StoreVoters(EPOCH, new Shared(joint, List.of()), EDITS, List.of(A, B, C, D)));
    assertThat(reign.voters()).isEqualTo(joint);
    assertThat(change.isOnItsWay()).isTrue();

    stored(joint, A, C);
    proceed(10, A, B, C);
    assertThat(reign.voters()).as("a quorum is not enough").isEqualTo(joint);
    stored(joint, B);
    proceed(20, A, B, C);

    assertThat(reign.voters()).isEqualTo(joint.settled());
    assertThat(effects).contains(new VotersChanged(joint.settled()));
    assertThat(orders()).extracting(StoreVoters::voters).containsOnly(joint.settled());
    assertThat(change.isOnItsWay()).isFalse();
  }

  @Test
  void shouldSendItToEachVoterOldAndNew() {
    proceed(0, A, B, C);

    assertThat(only(effects, Send.class)).extracting(Send::to).containsExactly(A, B, C);
  }

  @Test
  void shouldRepeatItToThoseThatHaveNotStoredIt() {
    proceed(0, A, B, C);
    stored(reign.voters(), A);
    effects.clear();

    proceed(499, A, B, C);
    assertThat(effects).isEmpty();
    proceed(500, A, B, C);
    assertThat(only(effects, Send.class)).extracting(Send::to).containsExactly(B, C);
  }

  @Test
  void shouldBeginOnlyWhenNothingSpeaksAgainstIt() {
    change.proceed(node -> true, nodes(A, B, C), false, List.of(), effects, at(0));
    assertThat(effects).isEmpty();
    proceed(0, A, B);
    assertThat(effects).as("there is nothing to change").isEmpty();

    reign.adopt(Voters.NONE, List.of(B));
    proceed(0, A, C);
    assertThat(reign.voters().next()).contains(set(A, C));
  }

  @Test
  void shouldTakeNoMoreVotersThanItMayAndKeepThoseThatVote() {
    proceed(0, A, B, C, D);

    assertThat(reign.voters().next()).contains(set(A, B, C));
  }

  @Test
  void shouldKeepAHigherVoterWhenALowerNodeComes() {
    reign.adopt(new Voters(7, 4, Epoch.NONE, set(B, C, D), Optional.empty()), List.of());

    proceed(0, A, B, C, D);

    assertThat(reign.voters().isJoint()).isFalse();
  }

  @Test
  void shouldGoOnWithoutTheDead() {
    proceed(0, A, B, C);
    stored(reign.voters(), A, B);

    reign.adopt(Voters.NONE, List.of(C));
    proceed(10, A, B);

    assertThat(reign.voters().isJoint()).isFalse();
    assertThat(reign.voters().current()).isEqualTo(set(A, B, C));
    proceed(20, A, B);
    assertThat(reign.voters().next()).as("the next change").contains(set(A, B));
  }

  @Test
  void shouldTakeAHalfDoneChangeOverTowardsTheSameVoters() {
    Voters halfDone = voters(A, B).towards(FORMER, set(A, B, D));
    reign.adopt(halfDone, List.of());

    change.proceed(node -> true, nodes(A, B, C), false, List.of(), effects, at(0));

    Voters mine = voters(A, B).towards(EPOCH, set(A, B, D));
    assertThat(reign.voters()).isEqualTo(mine);
    assertThat(only(effects, Send.class)).extracting(Send::to).containsExactly(A, B, D);
    stored(halfDone, A, B, D);
    change.proceed(node -> true, nodes(A, B, C), false, List.of(), effects, at(10));
    assertThat(reign.voters()).as("stored under the former epoch").isEqualTo(mine);
    stored(mine, A, B, D);
    change.proceed(node -> true, nodes(A, B, C), false, List.of(), effects, at(20));
    assertThat(reign.voters()).isEqualTo(mine.settled());
  }

  private void proceed(long millis, Incarnation... eligible) {
    change.proceed(node -> true, nodes(eligible), true, List.of(A, B, C, D), effects, at(millis));
  }

  private static TreeSet<Incarnation> nodes(Incarnation... nodes) {
    return new TreeSet<>(List.of(nodes));
  }

  private void stored(Voters voters, Incarnation... nodes) {
    for (Incarnation node : nodes) {
      change.stored(new VotersStored(node, voters));
    }
  }

  private List<StoreVoters> orders() {
    List<StoreVoters> orders =
        only(only(effects, Send.class).stream().map(Send::order).toList(), StoreVoters.class);
    effects.removeIf(Send.class::isInstance);
    return orders;
  }
}
