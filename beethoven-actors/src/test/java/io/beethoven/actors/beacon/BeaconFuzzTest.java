package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.LifeOpen;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever bytes a live beacon is sent, it goes on serving; jqwik prints the seed. */
class BeaconFuzzTest {

  private static Victim victim;

  /** How a connection ends. */
  enum End {
    CLOSE,
    RESET,
    WAIT
  }

  @BeforeContainer
  static void open() {
    victim = new Victim(256, 250, Duration.ofMillis(100));
  }

  @AfterContainer
  static void close() {
    await().atMost(Duration.ofSeconds(20)).until(() -> victim.open.get() == 0);
    victim.close();
  }

  @Provide
  Arbitrary<byte[]> pieces() {
    return Arbitraries.oneOf(
        Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(600), broken());
  }

  /** A frame that is valid but for some bytes, or cut short. */
  private static Arbitrary<byte[]> broken() {
    Incarnation node = new Incarnation(new NodeId("127.0.0.9", 25_520), 9);
    Arbitrary<BeaconMessage> messages =
        Arbitraries.of(
            new Armed(),
            new LifeTicket(7),
            new LifeOpen(node, 7),
            new Refusal(RefusalReason.OTHER_CLUSTER, "a", "b"));
    return Combinators.combine(
            messages, Arbitraries.integers().greaterOrEqual(0), Arbitraries.bytes())
        .as(
            (message, at, value) -> {
              byte[] frame = BeaconCodec.encode(message);
              frame[at % frame.length] = value;
              int length = at % 3 == 0 ? 1 + at % frame.length : frame.length;
              return Arrays.copyOf(frame, length);
            });
  }

  @Property(tries = 120)
  void shouldServeAnHonestPeerWhateverAnotherOneSent(
      @ForAll @Size(max = 5) List<@From("pieces") byte[]> pieces, @ForAll End end)
      throws IOException {
    try (RawPeer peer = victim.dialFrom("127.0.0.9")) {
      try {
        for (byte[] piece : pieces) {
          peer.sayBytes(piece);
        }
        if (end == End.RESET) {
          peer.reset();
        } else if (end == End.WAIT) {
          peer.bytesUntilClosed();
        }
      } catch (IOException e) {
        // The beacon has closed it already.
      }

      assertThat(victim.serves("127.0.0.2")).isTrue();
    }
  }
}
