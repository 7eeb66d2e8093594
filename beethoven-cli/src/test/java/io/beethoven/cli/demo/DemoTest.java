package io.beethoven.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoTest {

  private static final NodeId ONE = new NodeId("127.0.0.1", 25520);
  private static final NodeId TWO = new NodeId("127.0.0.2", 25520);
  private static final NodeId THREE = new NodeId("127.0.0.3", 25520);

  private static RoleStatus role(String name, NodeId... nodes) {
    return new RoleStatus(new RoleName(name), nodes.length, nodes.length, List.of(nodes));
  }

  private static ClusterSnapshot snapshot(RoleStatus... roles) {
    return new ClusterSnapshot(
        ONE,
        ClusterMode.CLUSTERED,
        List.of(),
        List.of(ONE, TWO, THREE),
        List.of(roles),
        Optional.of(ONE),
        true);
  }

  @Test
  void shouldPickRoleThatCanGoOnElsewhereAndSpareTheAllocator() {
    assertThat(
            Demo.pick(
                snapshot(role("cello", ONE, TWO, THREE), role("piano", ONE), role("viola", TWO))))
        .contains(new Demo.Target("127.0.0.2:25520", "viola"));
    assertThat(Demo.pick(snapshot(role("viola", ONE, THREE))))
        .contains(new Demo.Target("127.0.0.3:25520", "viola"));
  }

  @Test
  void shouldPickNothingWhenOnlyTheAllocatorHosts() {
    assertThat(Demo.pick(snapshot(role("piano", ONE), role("cello", ONE, TWO, THREE)))).isEmpty();
  }

  @Test
  void shouldSayWhichPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> DemoPorts.requireFree(List.of("127.0.0.1"), List.of(port)))
          .isInstanceOf(DemoException.class)
          .hasMessageContaining("127.0.0.1:" + port + " is in use");
    }
  }

  @Test
  void shouldSayWhichAddressIsMissing() {
    assertThatThrownBy(() -> DemoPorts.requireFree(List.of("192.0.2.1"), List.of(25520)))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("192.0.2.1 is no address of this machine");
  }
}
