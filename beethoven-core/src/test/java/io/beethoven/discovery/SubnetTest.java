package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.5/29, 10.0.0.0/29, 6, 10.0.0.1, 10.0.0.6",
    "127.0.0.0/29, 127.0.0.0/29, 6, 127.0.0.1, 127.0.0.6",
    "192.168.7.200/24, 192.168.7.0/24, 254, 192.168.7.1, 192.168.7.254",
    "172.16.255.1/16, 172.16.0.0/16, 65534, 172.16.0.1, 172.16.255.254",
    "255.255.255.255/16, 255.255.0.0/16, 65534, 255.255.0.1, 255.255.255.254",
    "10.1.2.3/30, 10.1.2.0/30, 2, 10.1.2.1, 10.1.2.2",
    "10.1.2.3/31, 10.1.2.2/31, 2, 10.1.2.2, 10.1.2.3",
    "10.1.2.3/32, 10.1.2.3/32, 1, 10.1.2.3, 10.1.2.3",
    "0.0.0.0/16, 0.0.0.0/16, 65534, 0.0.0.1, 0.0.255.254",
  })
  void shouldCountHostsWhenParsed(String text, String masked, int size, String first, String last) {
    Subnet subnet = Subnet.parse(text);

    assertThat(subnet).hasToString(masked);
    assertThat(subnet.size()).isEqualTo(size);
    assertThat(subnet.hostAt(0)).hasToString(first);
    assertThat(subnet.hostAt(size - 1)).hasToString(last);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/x",
        "10.0.0/24",
        "10.0.0.0.0/24",
        "10.0.0.256/24",
        "10.0.0.-1/24",
        "10.0.0.01/24",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        " 10.0.0.0/24",
        "a.b.c.d/24",
        "10..0.0/24",
        "/24",
        "10.0.0.0/24/24",
        "10.0.0.0/033",
        "1000.0.0.0/24"
      })
  void shouldRefuseWhenMalformed(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subnet.parse(text))
        .withMessageContaining("\"" + text.replaceAll("/2?4?$", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/15", "10.0.0.0/0", "10.0.0.0/33", "10.0.0.0/99"})
  void shouldNameValueAndBoundWhenPrefixIsOutOfRange(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subnet.parse(text))
        .withMessageContaining("between 16 and 32")
        .withMessageContaining(text);
  }

  @Test
  void shouldRefuseWhenIpv6() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subnet.parse("fe80::1/64"))
        .withMessageContaining("IPv6 is not supported")
        .withMessageContaining("fe80::1/64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ipv4Address.parse("::1"))
        .withMessageContaining("IPv6 is not supported");
  }

  @Test
  void shouldTellHostsFromOtherAddressesWhenAsked() {
    Subnet subnet = Subnet.parse("10.0.0.8/29");

    assertThat(subnet.contains(Ipv4Address.parse("10.0.0.8"))).isTrue();
    assertThat(subnet.contains(Ipv4Address.parse("10.0.0.15"))).isTrue();
    assertThat(subnet.contains(Ipv4Address.parse("10.0.0.16"))).isFalse();
    assertThat(subnet.contains(Ipv4Address.parse("10.0.0.7"))).isFalse();
    assertThat(subnet.hasHost(Ipv4Address.parse("10.0.0.8"))).isFalse();
    assertThat(subnet.hasHost(Ipv4Address.parse("10.0.0.9"))).isTrue();
    assertThat(subnet.hasHost(Ipv4Address.parse("10.0.0.15"))).isFalse();
    assertThat(Subnet.parse("10.0.0.8/31").hasHost(Ipv4Address.parse("10.0.0.8"))).isTrue();
  }

  @Test
  void shouldOrderByNumberWhenAddressesAreCompared() {
    assertThat(
            List.of(
                Ipv4Address.parse("200.0.0.1"),
                Ipv4Address.parse("10.0.0.10"),
                Ipv4Address.parse("10.0.0.9")))
        .isSortedAccordingTo((left, right) -> right.compareTo(left));
  }

  @Property(tries = 300)
  void shouldHoldItsHostsAndNoOtherWhenSwept(
      @ForAll int bits, @ForAll @IntRange(min = 20, max = 32) int prefixLength) {
    Subnet subnet = new Subnet(new Ipv4Address(bits), prefixLength);
    List<Ipv4Address> hosts = IntStream.range(0, subnet.size()).mapToObj(subnet::hostAt).toList();

    assertThat(hosts).doesNotHaveDuplicates().isSorted().allMatch(subnet::hasHost);
    assertThat(subnet.contains(new Ipv4Address(bits))).isTrue();
    assertThat(Subnet.parse(subnet.toString())).isEqualTo(subnet);
    assertThatThrownBy(() -> subnet.hostAt(subnet.size()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> subnet.hostAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Property(tries = 300)
  void shouldReturnTheSameAddressWhenTextIsParsed(@ForAll int bits) {
    Ipv4Address address = new Ipv4Address(bits);

    assertThat(Ipv4Address.parse(address.toString())).isEqualTo(address);
  }
}
