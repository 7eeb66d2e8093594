package io.beethoven.actors.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.AddressConflict;
import io.beethoven.model.ClusterEvent.DefinitionDiffers;
import io.beethoven.model.ClusterEvent.FailedOver;
import io.beethoven.model.ClusterEvent.IslandDetected;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.ClusterEvent.RoleMet;
import io.beethoven.model.ClusterEvent.RoleMoved;
import io.beethoven.model.ClusterEvent.RoleParked;
import io.beethoven.model.ClusterEvent.RoleStarted;
import io.beethoven.model.ClusterEvent.RoleStopped;
import io.beethoven.model.ClusterEvent.RoleUnmet;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.NodeStatus;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlJsonTest {

  private static final NodeId ONE = new NodeId("127.0.0.1", 25520);
  private static final NodeId TWO = new NodeId("127.0.0.2", 25520);
  private static final Instant AT = Instant.parse("2026-03-01T12:00:00.125Z");
  private static final RoleName ROLE = new RoleName("ticker");

  static NodeReport report() {
    return report(Optional.of(ONE));
  }

  private static NodeReport report(Optional<NodeId> allocator) {
    return new NodeReport(
        "orchestra",
        4711,
        new ClusterSnapshot(
            ONE,
            ClusterMode.CLUSTERED,
            List.of(
                new ClusterNode(ONE, NodeStatus.ONLINE, AT),
                new ClusterNode(TWO, NodeStatus.OFFLINE, AT)),
            List.of(ONE),
            List.of(new RoleStatus(ROLE, 2, 1, List.of(ONE))),
            allocator,
            true));
  }

  @Test
  void shouldReadBackWhatItWrote() throws Exception {
    String text = ControlJson.report(report()).toString();

    assertThat(ControlJson.parseReport(new ObjectMapper().readTree(text))).isEqualTo(report());
    assertThat(text)
        .contains("\"last_change\":\"2026-03-01T12:00:00.125Z\"")
        .contains("\"mode\":\"clustered\"");
  }

  @Test
  void shouldReadBackReportWhenAllocatorIsUnknown() {
    NodeReport unknown = report(Optional.empty());

    assertThat(ControlJson.parseReport(ControlJson.report(unknown))).isEqualTo(unknown);
  }

  @Test
  void shouldRefuseReportWhenFieldIsMissing() {
    assertThatThrownBy(() -> ControlJson.parseReport(ControlJson.report(report()).without("mode")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mode");
    assertThatThrownBy(
            () -> ControlJson.parseReport(ControlJson.report(report()).put("mode", "odd")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldWriteEveryKindOfEvent() {
    List<ClusterEvent> events =
        List.of(
            new NodeOnline(ONE, AT),
            new NodeOffline(ONE, OfflineCause.CONFIRMED_DEAD, AT),
            new ModeChanged(ClusterMode.STANDALONE, AT),
            new RoleStarted(ROLE, 0, ONE, Token.NONE, AT),
            new RoleStopped(ROLE, 0, ONE, AT),
            new RoleMoved(ROLE, 1, ONE, TWO, Token.NONE, AT),
            new FailedOver(ROLE, 1, ONE, TWO, Duration.ofMillis(23), Duration.ofMillis(180), AT),
            new RoleUnmet(ROLE, 3, 2, "too few nodes", AT),
            new RoleMet(ROLE, 3, AT),
            new RoleParked(ROLE, "it failed", AT),
            new DefinitionDiffers(ROLE, TWO, "count 1, not 2", AT),
            new AddressConflict(ONE, "one", "another", AT),
            new IslandDetected("127.0.0.9:33000", 3, true, AT));

    assertThat(events.stream().map(ClusterEvent::getClass).map(Class::getName))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ClusterEvent.class.getPermittedSubclasses())
                .map(Class::getName)
                .toList());
    assertThat(events.stream().map(event -> ControlJson.event(event).path("event").asText()))
        .containsExactly(
            "node-online",
            "node-offline",
            "mode-changed",
            "role-started",
            "role-stopped",
            "role-moved",
            "failed-over",
            "role-unmet",
            "role-met",
            "role-parked",
            "definition-differs",
            "address-conflict",
            "island-detected");
    assertThat(events)
        .allSatisfy(
            event ->
                assertThat(ControlJson.event(event).size())
                    .as("fields of %s", event)
                    .isEqualTo(event.getClass().getRecordComponents().length + 1));
    assertThat(ControlJson.event(events.get(1)).toString())
        .isEqualTo(
            "{\"event\":\"node-offline\",\"node\":\"127.0.0.1:25520\",\"cause\":\"confirmed-dead\","
                + "\"at\":\"2026-03-01T12:00:00.125Z\"}");
  }
}
