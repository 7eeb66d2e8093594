package io.beethoven.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.ClusterEvent.FailedOver;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailoverMeterTest {

  private static final Incarnation GONE = new Incarnation(new NodeId("127.0.0.1", 1), 7);
  private static final Incarnation NEXT = new Incarnation(new NodeId("127.0.0.2", 1), 8);
  private static final Slot SLOT = new Slot(new RoleName("ticker"), 0);
  private static final Token TOKEN = new Token(new Epoch(4, 8), 1);
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration CRASH = Duration.ofMillis(180);
  private static final Duration SILENCE = Duration.ofSeconds(4);
  private static final NodeTable ONLINE = NodeTable.EMPTY.online(GONE, T0).online(NEXT, T0);

  private final FailoverMeter meter = new FailoverMeter(CRASH, SILENCE);

  @Test
  void shouldMeasureFromTheConfirmationOfADeath() {
    NodeTable dead = ONLINE.offline(GONE, OfflineCause.CONFIRMED_DEAD, T0.plusMillis(100));

    assertThat(meter.measure(moved(150), dead)).contains(measured(50, CRASH, 150));
  }

  @Test
  void shouldMeasureFromTheLastSignOfANodeThatWasExcluded() {
    FailoverMeter excluded = meter.excluded(GONE.node(), T0.plusMillis(100));

    assertThat(excluded.measure(moved(3_600), ONLINE)).contains(measured(3_500, SILENCE, 3_600));
  }

  @Test
  void shouldCallAMoveFromALivingNodeNoFailover() {
    assertThat(meter.measure(moved(10), ONLINE)).isEmpty();
    assertThat(meter.excluded(GONE.node(), T0).returned(GONE.node()).measure(moved(9_000), ONLINE))
        .isEmpty();
  }

  @Test
  void shouldForgetAnExclusionWhenTheNodeRunsSomethingAgainInAnotherReign() {
    NodeTable dead = ONLINE.offline(GONE, OfflineCause.CONFIRMED_DEAD, T0.plusSeconds(20));
    FailoverMeter excluded = meter.excluded(GONE.node(), T0);

    FailoverMeter unchanged = excluded.published(tableWith(NEXT));
    FailoverMeter back = excluded.published(tableWith(GONE));

    assertThat(unchanged).isEqualTo(excluded);
    assertThat(back.measure(moved(20_040), dead)).contains(measured(40, CRASH, 20_040));
  }

  private static RoleTable tableWith(Incarnation holder) {
    RoleTable.Row row =
        new RoleTable.Row(
            SLOT.role(),
            1,
            List.of(new RoleTable.Placement(SLOT, holder, TOKEN, true)),
            Optional.empty(),
            Optional.empty(),
            List.of());
    return new RoleTable(TOKEN.epoch(), 1, List.of(row));
  }

  private static RoleMoved moved(int atMillis) {
    return new RoleMoved(
        SLOT.role(), SLOT.index(), GONE.node(), NEXT.node(), TOKEN, T0.plusMillis(atMillis));
  }

  private static FailedOver measured(int tookMillis, Duration bound, int atMillis) {
    return new FailedOver(
        SLOT.role(),
        SLOT.index(),
        GONE.node(),
        NEXT.node(),
        Duration.ofMillis(tookMillis),
        bound,
        T0.plusMillis(atMillis));
  }
}
