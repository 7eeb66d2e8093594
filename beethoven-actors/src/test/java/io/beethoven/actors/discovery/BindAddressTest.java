package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.beethoven.actors.discovery.InterfaceAddresses.InterfaceAddress;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import io.beethoven.discovery.Subnet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BindAddressTest {

  private static final InterfaceAddresses INTERFACES =
      () ->
          List.of(
              new InterfaceAddress("lo", Ipv4Address.parse("127.0.0.1")),
              new InterfaceAddress("eth1", Ipv4Address.parse("10.0.0.10")),
              new InterfaceAddress("eth0", Ipv4Address.parse("10.0.0.9")),
              new InterfaceAddress("wlan0", Ipv4Address.parse("192.168.1.20")));

  private static BindAddress choose(
      @Nullable Subnet subnet, List<Endpoint> nodes, @Nullable String host) {
    return BindAddress.choose(new BindAddress.Places(subnet, nodes, false), host, INTERFACES);
  }

  @Test
  void shouldTakeTheOneInsideTheSubnetWhenThereIsOne() {
    BindAddress chosen = choose(Subnet.parse("192.168.1.0/24"), List.of(), null);

    assertThat(chosen.host()).isEqualTo("192.168.1.20");
    assertThat(chosen.reason()).contains("192.168.1.0/24").contains("wlan0");
  }

  @Test
  void shouldTakeTheLowestWhenSeveralAreInsideTheSubnet() {
    BindAddress chosen = choose(Subnet.parse("10.0.0.0/24"), List.of(), null);

    assertThat(chosen.host()).isEqualTo("10.0.0.9");
    assertThat(chosen.reason()).contains("lowest of 10.0.0.9 (eth0), 10.0.0.10 (eth1)");
  }

  @Test
  void shouldListTheAddressesWhenNoneIsInsideTheSubnet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> choose(Subnet.parse("10.7.0.0/24"), List.of(), null))
        .withMessageContaining("10.7.0.0/24")
        .withMessageContaining(
            "10.0.0.9 (eth0), 10.0.0.10 (eth1), 127.0.0.1 (lo), 192.168.1.20 (wlan0)");
  }

  @Test
  void shouldTakeALoopbackAddressWhenTheSubnetIsLoopback() {
    assertThat(choose(Subnet.parse("127.0.0.0/29"), List.of(), null).host()).isEqualTo("127.0.0.1");
    assertThat(choose(Subnet.parse("127.5.0.0/29"), List.of(), null).host()).isEqualTo("127.5.0.1");
  }

  @Test
  void shouldTakeTheOneThatIsSetWhenItIsInsideTheSubnet() {
    BindAddress chosen = choose(Subnet.parse("127.0.0.0/29"), List.of(), "127.0.0.3");

    assertThat(chosen.host()).isEqualTo("127.0.0.3");
    assertThat(chosen.reason()).contains("set as the bind address");
  }

  @Test
  void shouldRefuseTheOneThatIsSetWhenItIsOutsideTheSubnet() {
    for (String host : List.of("127.0.0.8", "127.0.0.0", "127.0.0.7", "0.0.0.0", "10.0.0.9")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> choose(Subnet.parse("127.0.0.0/29"), List.of(), host))
          .withMessageContaining("127.0.0.0/29 (127.0.0.1 to 127.0.0.6), was \"" + host + "\"");
    }
  }

  @Test
  void shouldRefuseTheOneThatIsSetWhenItIsNoAddress() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> choose(null, List.of(), "localhost"))
        .withMessageContaining("localhost");
  }

  @Test
  void shouldTakeTheListedOneWhenNoSubnetIsSet() {
    List<Endpoint> nodes =
        List.of(
            new Endpoint("10.0.0.77", 33000),
            new Endpoint("192.168.1.20", 33000),
            new Endpoint("10.0.0.10", 33000));

    assertThat(choose(null, nodes, null).host()).isEqualTo("10.0.0.10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> choose(null, List.of(new Endpoint("10.0.0.77", 33000)), null))
        .withMessageContaining("bind address must be set")
        .withMessageContaining("wlan0");
  }

  @Test
  void shouldTakeTheOnlyOneWhenPeersAreFoundLater() {
    BindAddress.Places later = new BindAddress.Places(null, List.of(), true);
    InterfaceAddress loopback = new InterfaceAddress("lo", Ipv4Address.parse("127.0.0.1"));
    InterfaceAddress pod = new InterfaceAddress("eth0", Ipv4Address.parse("10.1.2.3"));

    assertThat(BindAddress.choose(later, null, () -> List.of(loopback, pod)).host())
        .isEqualTo("10.1.2.3");
    assertThat(BindAddress.choose(later, null, () -> List.of(loopback)).host())
        .isEqualTo("127.0.0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BindAddress.choose(later, null, INTERFACES))
        .withMessageContaining("bind address must be set")
        .withMessageContaining("192.168.1.20 (wlan0)");
  }

  @Test
  void shouldTakeLoopbackWhenNothingIsSet() {
    assertThat(choose(null, List.of(), null).host()).isEqualTo("127.0.0.1");
  }

  @Test
  void shouldListTheLoopbackAddressWhenThisMachineIsAsked() {
    assertThat(InterfaceAddresses.ofThisMachine().list())
        .extracting(address -> address.address().toString())
        .contains("127.0.0.1");
  }
}
