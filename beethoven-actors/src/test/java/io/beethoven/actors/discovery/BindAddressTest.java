package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.beethoven.actors.discovery.InterfaceAddresses.InterfaceAddress;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Ipv4Address;
import io.beethoven.discovery.Subnet;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindAddressTest {

  private static final InterfaceAddresses INTERFACES =
      () ->
          List.of(
              new InterfaceAddress("lo", Ipv4Address.parse("127.0.0.1")),
              new InterfaceAddress("eth1", Ipv4Address.parse("10.0.0.10")),
              new InterfaceAddress("eth0", Ipv4Address.parse("10.0.0.9")),
              new InterfaceAddress("wlan0", Ipv4Address.parse("192.168.1.20")));

  @Test
  void shouldTakeTheOneInsideTheSubnetWhenThereIsOne() {
    BindAddress chosen =
        BindAddress.choose(Subnet.parse("192.168.1.0/24"), List.of(), null, INTERFACES);

    assertThat(chosen.host()).isEqualTo("192.168.1.20");
    assertThat(chosen.reason()).contains("192.168.1.0/24").contains("wlan0");
  }

  @Test
  void shouldTakeTheLowestWhenSeveralAreInsideTheSubnet() {
    BindAddress chosen =
        BindAddress.choose(Subnet.parse("10.0.0.0/24"), List.of(), null, INTERFACES);

    assertThat(chosen.host()).isEqualTo("10.0.0.9");
    assertThat(chosen.reason()).contains("lowest of 10.0.0.9 (eth0), 10.0.0.10 (eth1)");
  }

  @Test
  void shouldListTheAddressesWhenNoneIsInsideTheSubnet() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> BindAddress.choose(Subnet.parse("10.7.0.0/24"), List.of(), null, INTERFACES))
        .withMessageContaining("10.7.0.0/24")
        .withMessageContaining(
            "10.0.0.9 (eth0), 10.0.0.10 (eth1), 127.0.0.1 (lo), 192.168.1.20 (wlan0)");
  }

  @Test
  void shouldTakeALoopbackAddressWhenTheSubnetIsLoopback() {
    assertThat(BindAddress.choose(Subnet.parse("127.0.0.0/29"), List.of(), null, INTERFACES).host())
        .isEqualTo("127.0.0.1");
    assertThat(BindAddress.choose(Subnet.parse("127.5.0.0/29"), List.of(), null, INTERFACES).host())
        .isEqualTo("127.5.0.1");
  }

  @Test
  void shouldTakeTheOneThatIsSetWhenItIsInsideTheSubnet() {
    BindAddress chosen =
        BindAddress.choose(Subnet.parse("127.0.0.0/29"), List.of(), "127.0.0.3", INTERFACES);

    assertThat(chosen.host()).isEqualTo("127.0.0.3");
    assertThat(chosen.reason()).contains("set as the bind address");
  }

  @Test
  void shouldRefuseTheOneThatIsSetWhenItIsOutsideTheSubnet() {
    for (String host : List.of("127.0.0.8", "127.0.0.0", "127.0.0.7", "0.0.0.0", "10.0.0.9")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> BindAddress.choose(Subnet.parse("127.0.0.0/29"), List.of(), host, INTERFACES))
          .withMessageContaining("127.0.0.0/29 (127.0.0.1 to 127.0.0.6), was \"" + host + "\"");
    }
  }

  @Test
  void shouldRefuseTheOneThatIsSetWhenItIsNoAddress() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BindAddress.choose(null, List.of(), "localhost", INTERFACES))
        .withMessageContaining("localhost");
  }

  @Test
  void shouldTakeTheListedOneWhenNoSubnetIsSet() {
    List<Endpoint> nodes =
        List.of(
            new Endpoint("10.0.0.77", 33000),
            new Endpoint("192.168.1.20", 33000),
            new Endpoint("10.0.0.10", 33000));

    assertThat(BindAddress.choose(null, nodes, null, INTERFACES).host()).isEqualTo("10.0.0.10");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BindAddress.choose(
                    null, List.of(new Endpoint("10.0.0.77", 33000)), null, INTERFACES))
        .withMessageContaining("bind address must be set")
        .withMessageContaining("wlan0");
  }

  @Test
  void shouldTakeLoopbackWhenNothingIsSet() {
    assertThat(BindAddress.choose(null, List.of(), null, INTERFACES).host()).isEqualTo("127.0.0.1");
  }

  @Test
  void shouldListTheLoopbackAddressWhenThisMachineIsAsked() {
    assertThat(InterfaceAddresses.ofThisMachine().list())
        .extracting(address -> address.address().toString())
        .contains("127.0.0.1");
  }
}
