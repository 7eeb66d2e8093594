package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentityTest {

  private static final Endpoint HERE = new Endpoint("127.0.0.1", 33_000);
  private static final Endpoint THERE = new Endpoint("127.0.0.2", 40_000);
  private static final Identity SELF = identity("demo", "system", "127.0.0.1", 1);

  @Test
  void shouldAcceptWhenOnlyTheAddressDiffers() {
    assertThat(SELF.refuse(hello(identity("demo", "system", "127.0.0.2", 1)))).isEmpty();
  }

  @Test
  void shouldNameBothValuesWhenItRefuses() {
    assertThat(SELF.refuse(hello(identity("other", "system", "127.0.0.2", 2))))
        .contains(new Refusal(RefusalReason.OTHER_CLUSTER, "demo", "other"));
    assertThat(SELF.refuse(hello(identity("demo", "another", "127.0.0.2", 2))))
        .contains(new Refusal(RefusalReason.OTHER_SYSTEM_NAME, "system", "another"));
    assertThat(Identity.otherVersion(9))
        .isEqualTo(new Refusal(RefusalReason.OTHER_VERSION, "1", "9"));
  }

  @Test
  void shouldNameTheFirstSettingThatDiffersWhenItRefuses() {
    assertThat(SELF.refuse(hello(agreeingOn(Map.of("a", "1"))))).isEmpty();
    assertThat(SELF.refuse(hello(agreeingOn(Map.of("a", "2", "b", "3")))))
        .contains(new Refusal(RefusalReason.OTHER_SETTING, "a", "1", "2"));
    assertThat(SELF.refuse(hello(agreeingOn(Map.of("a", "1", "b", "3")))))
        .contains(new Refusal(RefusalReason.OTHER_SETTING, "b", "(no such setting)", "3"));
    assertThat(SELF.refuse(hello(agreeingOn(Map.of()))))
        .contains(new Refusal(RefusalReason.OTHER_SETTING, "a", "1", "(no such setting)"));
  }

  @Test
  void shouldRefuseToExistWhenAHelloCouldNotCarryItsSettings() {
    Map<String, String> many =
        IntStream.rangeClosed(0, Agreement.MAX_SETTINGS)
            .boxed()
            .collect(Collectors.toMap(i -> "key" + i, i -> "value"));
    assertThatThrownBy(() -> new Agreement(new TreeMap<>(many)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("settings must be at most 16, were 17");
    assertThatThrownBy(() -> agreeingOn(Map.of("a", "v".repeat(65))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value of a must have at most 64 bytes, had 65");
  }

  private static Identity agreeingOn(Map<String, String> settings) {
    return new Identity(
        "demo",
        "system",
        new Incarnation(new NodeId("127.0.0.2", 25_520), 2),
        HERE,
        new Agreement(new TreeMap<>(settings)));
  }

  @Test
  void shouldRefuseItsOwnAddressWhateverTheUid() {
    assertThat(SELF.refuse(hello(SELF)))
        .contains(
            new Refusal(RefusalReason.SAME_ADDRESS, "127.0.0.1:25520#1", "127.0.0.1:25520#1"));
    assertThat(SELF.refuse(hello(identity("demo", "system", "127.0.0.1", 2))))
        .contains(
            new Refusal(RefusalReason.SAME_ADDRESS, "127.0.0.1:25520#1", "127.0.0.1:25520#2"));
  }

  @Test
  void shouldSeeThatAddressesDifferWhenSomethingStandsInBetween() {
    Hello theirs =
        identity("demo", "system", "127.0.0.2", 2)
            .hello(Purpose.TALK, Standing.SEEKING, THERE, HERE);
    Endpoint proxy = new Endpoint("127.0.0.9", 40_000);

    assertThat(Identity.addressesAgree(HERE, THERE, theirs)).isTrue();
    assertThat(Identity.addressesAgree(HERE, proxy, theirs)).isFalse();
    assertThat(Identity.addressesAgree(proxy, THERE, theirs)).isFalse();
  }

  @Test
  void shouldRefuseToExistWhenAHelloCouldNotCarryIt() {
    assertThatThrownBy(() -> identity("x".repeat(129), "system", "127.0.0.1", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cluster name must have at most 128 bytes, had 129");
    assertThatThrownBy(() -> identity("demo", "system", "h".repeat(117), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("host must have at most 116 bytes, had 117");
  }

  private static Identity identity(String cluster, String systemName, String host, long uid) {
    return new Identity(
        cluster,
        systemName,
        new Incarnation(new NodeId(host, 25_520), uid),
        HERE,
        new Agreement(new TreeMap<>(Map.of("a", "1"))));
  }

  private static Hello hello(Identity identity) {
    return identity.hello(Purpose.PROBE, Standing.SEEKING, THERE, HERE);
  }
}
