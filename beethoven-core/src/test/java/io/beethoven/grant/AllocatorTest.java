package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.allocation.Planner;
import io.beethoven.grant.AllocatorEffect.Deposed;
import io.beethoven.grant.AllocatorEffect.IssuingBegan;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AllocatorTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration RESEND = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(60);
  private static final Duration ASK = Duration.ofSeconds(6);
  private static final Incarnation A = new Incarnation(new NodeId("127.0.0.1", 25520), 1);
  private static final Incarnation B = new Incarnation(new NodeId("127.0.0.2", 25520), 2);
  private static final Incarnation C = new Incarnation(new NodeId("127.0.0.3", 25520), 3);
  private static final RoleName WORK = new RoleName("work");
  private static final RoleName OTHER = new RoleName("other");
  private static final Slot SLOT = new Slot(WORK, 0);

  private final Allocator allocator =
      new Allocator(
          A,
          Planner::plan,
          new AllocatorTimes(RESEND, RETRY, ASK, Duration.ofSeconds(2)),
          new Random(1),
          T0);
  private final Map<Incarnation, Long> versions = new HashMap<>();
  private final List<AllocatorEffect> effects = new ArrayList<>();
  private Instant now = T0;

  @Test
  void shouldWaitForEveryMemberWhenItStarts() {
    does(allocator.members(Set.of(A, B), Set.of(C), Set.of(), now));
    assertThat(orders(Prepare.class)).hasSize(2);
    promises(A);
    promises(B);
    assertThat(allocator.isIssuing()).as("a member is not introduced").isFalse();

    does(allocator.members(Set.of(A, B, C), Set.of(), Set.of(), now));
    assertThat(allocator.isIssuing()).isFalse();
    does(allocator.members(Set.of(A, B), Set.of(), Set.of(C), now));

    assertThat(effects).contains(new IssuingBegan(allocator.epoch()));
    assertThat(orders(Grant.class)).singleElement().extracting(Grant::slot).isEqualTo(SLOT);
  }

  @Test
  void shouldCountAMemberAsGoneWhenItLeftTheMembershipUnconfirmed() {
    does(allocator.members(Set.of(A, B), Set.of(), Set.of(), now));
    promises(A);

    does(allocator.members(Set.of(A), Set.of(), Set.of(), now));

    assertThat(allocator.isIssuing()).isTrue();
  }

  @Test
  void shouldTakeAnEpochAboveTheClock() {
    assertThat(allocator.epoch()).isEqualTo(new Epoch(T0.toEpochMilli() + 1, A.uid()));
  }

  @Test
  void shouldCountAnUnansweredGrantAsObeyed() {
    begin(A, B);
    Grant grant = orders(Grant.class).get(0);

    now = now.plusSeconds(30);
    reports(B, List.of());

    assertThat(orders(Grant.class)).as("nobody else gets the slot").isEmpty();
    does(allocator.tick(now));
    assertThat(orders(Grant.class)).containsExactly(grant);
  }

  @Test
  void shouldGrantElsewhereInTheSameStepWhenTheHolderDies() {
    begin(A, B);
    Token before = orders(Grant.class).get(0).token();

    List<AllocatorEffect> step = allocator.members(Set.of(B, A), Set.of(), Set.of(), now);
    assertThat(step).isEmpty();
    step = allocator.members(Set.of(B), Set.of(), Set.of(A), now);

    assertThat(step)
        .anySatisfy(
            effect -> {
              assertThat(effect).isInstanceOf(Send.class);
              Send send = (Send) effect;
              assertThat(send.to()).isEqualTo(B);
              assertThat(((Grant) send.order()).token()).isGreaterThan(before);
            });
  }

  @Test
  void shouldWaitForTheAnswerWhenARightIsRevokedFromALeavingNode() {
    begin(A, B);
    Grant grant = orders(Grant.class).get(0);
    running(A, grant);

    report(A, true, held(grant, InstanceState.RUNNING));

    Revoke revoke = orders(Revoke.class).get(0);
    assertThat(revoke.token()).isEqualTo(grant.token());
    report(A, true, held(grant, InstanceState.STOPPING));
    assertThat(orders(Grant.class)).isEmpty();
    report(A, true);
    assertThat(orders(Grant.class)).as("a report does not answer a revoke").isEmpty();
    does(allocator.answered(new Answer.Stopped(A, SLOT, grant.token()), now));
    assertThat(orders(Grant.class)).hasSize(1);
  }

  @Test
  void shouldKeepAndRaiseTheTokenWhenARightOfAFormerEpochIsReported() {
    Token former = new Token(new Epoch(3, 9), 8);
    does(allocator.members(Set.of(A, B), Set.of(), Set.of(), now));
    promises(A);
    promises(B, new Held(SLOT, former, InstanceState.RUNNING));

    Grant grant = orders(Grant.class).get(0);
    assertThat(sentTo(grant)).isEqualTo(B);
    assertThat(grant.slot()).isEqualTo(SLOT);
    assertThat(grant.token()).isGreaterThan(former);
    assertThat(published().rows().get(1).placements())
        .containsExactly(new RoleTable.Placement(SLOT, B, grant.token(), true));
  }

  @Test
  void shouldKeepTheHighestAcknowledgedTokenWhenTwoNodesHoldASlot() {
    Epoch former = new Epoch(3, 9);
    does(allocator.members(Set.of(A, B), Set.of(), Set.of(), now));
    promises(A, new Held(SLOT, new Token(former, 1), InstanceState.RUNNING));
    promises(B, new Held(SLOT, new Token(former, 2), InstanceState.RUNNING));

    Revoke revoke = orders(Revoke.class).get(0);
    assertThat(sentTo(revoke)).isEqualTo(A);
    assertThat(revoke.token()).isEqualTo(new Token(former, 1));
  }

  @Test
  void shouldOrderNothingToANewcomerUntilTheOthersHaveConfirmed() {
    begin(A);
    Grant grant = orders(Grant.class).get(0);
    running(A, grant);
    does(allocator.members(Set.of(A, B), Set.of(), Set.of(), now));
    promises(B);
    Prepare confirm =
        orders(Prepare.class).stream().filter(p -> p.round() == 2).findFirst().orElseThrow();
    assertThat(sentTo(confirm)).isEqualTo(A);
    report(A, true, held(grant, InstanceState.RUNNING));
    does(allocator.answered(new Answer.Stopped(A, SLOT, grant.token()), now));
    assertThat(orders(Grant.class)).isEmpty();

    versions.merge(A, 1L, Long::sum);
    does(
        allocator.answered(
            new Answer.Promised(reportOf(A, allocator.epoch(), true), catalog(A), 2), now));

    assertThat(sentTo(orders(Grant.class).get(0))).isEqualTo(B);
  }

  @Test
  void shouldMoveARoleWhenANodeGaveItUpAndParkItWhenAllDid() {
    begin(A, B);
    Grant first = orders(Grant.class).get(0);

    gaveUp(A, first, "boom");
    Grant second = orders(Grant.class).get(0);
    assertThat(sentTo(second)).isEqualTo(B);
    now = now.plusSeconds(1);
    gaveUp(B, second, "bang");

    assertThat(orders(Grant.class)).isEmpty();
    assertThat(published().rows().get(1).parked()).contains("bang");
    assertThat(allocator.wakeAt()).contains(T0.plus(RETRY));
    now = T0.plus(RETRY);
    does(allocator.tick(now));
    assertThat(orders(Grant.class)).isNotEmpty();
    assertThat(published().rows().get(1).parked()).isEmpty();
  }

  @Test
  void shouldAskANodeWhenItHasSaidNothingForLong() {
    begin(A);
    running(A, orders(Grant.class).get(0));
    orders(Prepare.class);

    now = now.plus(ASK);
    does(allocator.tick(now));

    assertThat(orders(Prepare.class)).hasSize(1);
  }

  @Test
  void shouldTakeAHigherEpochAtOnceWhenANewcomerComesFromItsOwnAllocator() {
    begin(A);
    does(allocator.members(Set.of(A, B), Set.of(), Set.of(), now));
    Epoch former = new Epoch(allocator.epoch().counter() + 50, B.uid());

    does(allocator.answered(new Answer.Nacked(B, former, 4), now));

    assertThat(allocator.epoch()).isGreaterThan(former);
    assertThat(orders(Prepare.class).stream().filter(p -> p.epoch().equals(allocator.epoch())))
        .hasSize(2);
  }

  @Test
  void shouldFallSilentForAWhileWhenARivalIsMet() {
    begin(A, B);
    orders(Grant.class);
    Epoch rival = new Epoch(allocator.epoch().counter(), C.uid());

    does(allocator.answered(new Answer.Nacked(B, rival, 4), now));

    assertThat(effects).anyMatch(Deposed.class::isInstance);
    Instant until = allocator.wakeAt().orElseThrow();
    assertThat(until).isAfter(now).isBeforeOrEqualTo(now.plusMillis(2002));
    effects.clear();
    does(allocator.members(Set.of(A, B, C), Set.of(), Set.of(), now));
    does(allocator.tick(until.minusMillis(1)));
    assertThat(effects).isEmpty();
    does(allocator.tick(until));
    assertThat(allocator.epoch()).isGreaterThan(rival);
    assertThat(orders(Prepare.class)).hasSize(3);
  }

  @Test
  void shouldFallSilentWhenAnotherReignTookTheSameEpoch() {
    begin(A, B);

    does(allocator.answered(new Answer.Nacked(B, allocator.epoch(), 4), now));

    assertThat(allocator.isIssuing()).isFalse();
  }

  @Test
  void shouldLetItsOwnNodesDefinitionsHoldAndNameTheOthers() {
    does(allocator.members(Set.of(A, B), Set.of(), Set.of(), now));
    promises(B, new Catalog(List.of(WORK), List.of(spec(WORK, 3), spec(OTHER, 1)), List.of()));
    promises(A, new Catalog(List.of(WORK), List.of(spec(WORK, 1)), List.of()));

    RoleTable table = published();
    assertThat(table.rows()).extracting(RoleTable.Row::role).containsExactly(OTHER, WORK);
    assertThat(table.rows().get(1).count()).isEqualTo(1);
    assertThat(table.rows().get(1).differing())
        .containsExactly(new RoleTable.Differing(B.node(), "count is 3, valid is 1"));
    assertThat(table.rows().get(0).unmet())
        .hasValueSatisfying(
            text -> assertThat(text).contains("node 127.0.0.1:25520 lacks an implementation"));
    assertThat(sentTo(orders(Differ.class).get(0))).isEqualTo(B);
  }

  @Test
  void shouldNameEveryKeyThatDiffers() {
    RoleSpec other =
        new RoleSpec(
            WORK,
            2,
            Map.of("a", "b"),
            Readiness.EXPLICIT,
            true,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            HandOver.STOP_FIRST,
            true);

    assertThat(Definitions.difference(other, spec(WORK, 1)))
        .isEqualTo(
            "count is 2, valid is 1, arguments is {a=b}, valid is {}, readiness is EXPLICIT, valid"
                + " is ON_START, one-shot is true, valid is false, ready-deadline is PT1S, valid is"
                + " PT30S, stop-deadline is PT2S, valid is PT10S");
  }

  @Test
  void shouldDropAReportWhenANewerOneCameBefore() {
    begin(A, B);
    Grant grant = orders(Grant.class).get(0);
    Report old = reportOf(A, allocator.epoch(), false);
    versions.merge(A, 5L, Long::sum);
    running(A, grant);

    does(allocator.answered(new Answer.Reported(old), now));

    assertThat(published().rows().get(1).placements()).hasSize(1);
    assertThat(orders(Grant.class)).isEmpty();
  }

  private void begin(Incarnation... members) {
    does(allocator.members(Set.of(members), Set.of(), Set.of(), now));
    for (Incarnation member : members) {
      promises(member);
    }
  }

  private void promises(Incarnation node, Held... held) {
    versions.merge(node, 1L, Long::sum);
    does(
        allocator.answered(
            new Answer.Promised(reportOf(node, allocator.epoch(), false, held), catalog(node), 1),
            now));
  }

  private void promises(Incarnation node, Catalog catalog) {
    versions.merge(node, 1L, Long::sum);
    does(
        allocator.answered(
            new Answer.Promised(reportOf(node, allocator.epoch(), false), catalog, 1), now));
  }

  private void running(Incarnation node, Grant grant) {
    report(node, false, held(grant, InstanceState.RUNNING));
  }

  private void reports(Incarnation node, List<Held> held) {
    report(node, false, held.toArray(Held[]::new));
  }

  private void report(Incarnation node, boolean draining, Held... held) {
    versions.merge(node, 1L, Long::sum);
    does(
        allocator.answered(
            new Answer.Reported(reportOf(node, allocator.epoch(), draining, held)), now));
  }

  private void gaveUp(Incarnation node, Grant grant, String reason) {
    versions.merge(node, 1L, Long::sum);
    Report report = reportOf(node, allocator.epoch(), false);
    does(
        allocator.answered(
            new Answer.Reported(
                new Report(
                    node,
                    report.promised(),
                    1,
                    report.version(),
                    true,
                    false,
                    List.of(),
                    List.of(new Released(grant.slot(), grant.token(), reason)))),
            now));
  }

  private Report reportOf(Incarnation node, Epoch promised, boolean draining, Held... held) {
    return new Report(
        node,
        promised,
        1,
        versions.getOrDefault(node, 0L),
        true,
        draining,
        List.of(held),
        List.of());
  }

  private static Held held(Grant grant, InstanceState state) {
    return new Held(grant.slot(), grant.token(), state);
  }

  private static Catalog catalog(Incarnation node) {
    List<RoleSpec> specs = node.equals(A) ? List.of(spec(WORK, 1), spec(OTHER, 1)) : List.of();
    return new Catalog(List.of(WORK), specs, List.of());
  }

  private void does(List<AllocatorEffect> step) {
    effects.addAll(step);
  }

  /** Takes the orders of a kind out of what was done so far. */
  private <T extends Order> List<T> orders(Class<T> type) {
    List<Send> sent =
        effects.stream()
            .filter(Send.class::isInstance)
            .map(Send.class::cast)
            .filter(send -> type.isInstance(send.order()))
            .toList();
    effects.removeAll(sent);
    sent.forEach(send -> sentTo.put(send.order(), send.to()));
    return sent.stream().map(send -> type.cast(send.order())).toList();
  }

  private final Map<Order, Incarnation> sentTo = new HashMap<>();

  private Incarnation sentTo(Order order) {
    return sentTo.get(order);
  }

  private RoleTable published() {
    return effects.stream()
        .filter(Publish.class::isInstance)
        .map(effect -> ((Publish) effect).table())
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  private static RoleSpec spec(RoleName name, int count) {
    return new RoleSpec(
        name,
        count,
        Map.of(),
        Readiness.ON_START,
        false,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        HandOver.STOP_FIRST,
        true);
  }
}
