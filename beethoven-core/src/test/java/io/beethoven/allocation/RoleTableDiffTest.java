package io.beethoven.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.DefinitionDiffers;
import io.beethoven.model.ClusterEvent.RoleMet;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.ClusterEvent.RoleParked;
import io.beethoven.model.ClusterEvent.RoleStarted;
import io.beethoven.model.ClusterEvent.RoleStopped;
import io.beethoven.model.ClusterEvent.RoleUnmet;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleTable;
import io.beethoven.model.RoleTable.Differing;
import io.beethoven.model.RoleTable.Placement;
import io.beethoven.model.RoleTable.Row;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleTableDiffTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final RoleName WORK = new RoleName("work");
  private static final Slot SLOT = new Slot(WORK, 0);
  private static final Epoch EPOCH = new Epoch(1, 1);
  private static final Incarnation A = new Incarnation(new NodeId("127.0.0.1", 25520), 1);
  private static final Incarnation A_AGAIN = new Incarnation(A.node(), 9);
  private static final Incarnation B = new Incarnation(new NodeId("127.0.0.2", 25520), 2);

  private RoleTableDiff diff = RoleTableDiff.START;
  private long version;

  @Test
  void shouldSayStartedOnlyWhenAnInstanceIsReportedRunning() {
    assertThat(show(at(A, 1, false))).isEmpty();
    assertThat(show(at(A, 1, true)))
        .containsExactly(new RoleStarted(WORK, 0, A.node(), token(1), AT));
    assertThat(show(at(A, 1, true))).isEmpty();
    assertThat(show(at(A, 2, true))).as("a token that rose in place").isEmpty();
  }

  @Test
  void shouldSayMovedWhenASlotRunsElsewhereEvenAfterATableBetween() {
    show(at(A, 1, true));

    assertThat(show(at(B, 2, false))).containsExactly(new RoleStopped(WORK, 0, A.node(), AT));
    assertThat(show(at(B, 2, true)))
        .containsExactly(new RoleMoved(WORK, 0, A.node(), B.node(), token(2), AT));
  }

  @Test
  void shouldSayStoppedAndMovedWhenBothAreInOneTable() {
    show(at(A, 1, true));

    assertThat(show(at(B, 2, true)))
        .containsExactly(
            new RoleStopped(WORK, 0, A.node(), AT),
            new RoleMoved(WORK, 0, A.node(), B.node(), token(2), AT));
    assertThat(RoleTableDiff.events(RoleTable.EMPTY, diff.table(), AT))
        .containsExactly(new RoleStarted(WORK, 0, B.node(), token(2), AT));
  }

  @Test
  void shouldSayStartedWhenTheSameAddressRunsItAgain() {
    show(at(A, 1, true));

    assertThat(show(at(A_AGAIN, 2, true)))
        .containsExactly(
            new RoleStopped(WORK, 0, A.node(), AT),
            new RoleStarted(WORK, 0, A.node(), token(2), AT));
  }

  @Test
  void shouldSayUnmetParkedAndDifferingOncePerChange() {
    Row row = row(Optional.of("too few"), Optional.of("boom"), new Differing(B.node(), "count"));

    assertThat(show(row))
        .containsExactly(
            new RoleUnmet(WORK, 1, 0, "too few", AT),
            new RoleParked(WORK, "boom", AT),
            new DefinitionDiffers(WORK, B.node(), "count", AT));
    assertThat(show(row)).isEmpty();
    assertThat(show(row(Optional.empty(), Optional.empty()))).isEmpty();
    assertThat(show(row)).hasSize(3);
  }

  @Test
  void shouldSayUnmetAgainOnlyWhenFewerRunAndNotWhenTheReasonIsWordedAnew() {
    show(row(Optional.of("too few"), Optional.empty()));

    assertThat(show(row(Optional.of("too few; B is leaving"), Optional.empty()))).isEmpty();
  }

  @Test
  void shouldSayMetOnceWhenARoleThatWasUnmetRunsAgain() {
    show(at(A, 1, true));
    assertThat(show(row(Optional.of("too few"), Optional.empty()))).hasSize(2);

    assertThat(show(at(B, 2, false))).as("it starts").isEmpty();
    assertThat(show(at(B, 2, true)))
        .containsExactly(
            new RoleMoved(WORK, 0, A.node(), B.node(), token(2), AT), new RoleMet(WORK, 1, AT));
    assertThat(show(at(B, 3, true))).isEmpty();
    assertThat(show(at(B, 3, false))).as("only a shortage is worth a word").hasSize(1);
    assertThat(show(at(B, 4, true))).hasSize(1);
  }

  private List<ClusterEvent> show(Row row) {
    version++;
    RoleTable next = new RoleTable(EPOCH, version, List.of(row));
    List<ClusterEvent> events = diff.eventsOf(next, AT);
    diff = diff.with(next);
    return events;
  }

  private static Row at(Incarnation node, long seq, boolean running) {
    return new Row(
        WORK,
        1,
        List.of(new Placement(SLOT, node, token(seq), running)),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private static Row row(Optional<String> unmet, Optional<String> parked, Differing... differing) {
    return new Row(WORK, 1, List.of(), unmet, parked, List.of(differing));
  }

  private static Token token(long seq) {
    return new Token(EPOCH, seq);
  }
}
