package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.FrameDecoder.Decoded;
import io.beethoven.discovery.FrameDecoder.Malformed;
import io.beethoven.discovery.FrameDecoder.OtherVersion;
import io.beethoven.discovery.FrameDecoder.Result;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BeaconCodecTest {

  private static final Incarnation NODE = new Incarnation(new NodeId("127.0.0.1", 25_520), 7);

  @Provide
  Arbitrary<BeaconMessage> messages() {
    return BeaconMessages.any();
  }

  @Property(tries = 500)
  void shouldDecodeToTheSameMessageWhenEncoded(@ForAll("messages") BeaconMessage message) {
    byte[] frame = BeaconCodec.encode(message);

    assertThat(frame.length)
        .isLessThanOrEqualTo(BeaconCodec.HEADER_BYTES + BeaconCodec.MAX_PAYLOAD_BYTES);
    assertThat(decode(frame)).containsExactly(new Decoded(message));
  }

  @Property(tries = 200)
  void shouldDecodeTheSameMessagesWhenSplitAnywhereOrRunTogether(
      @ForAll @Size(max = 6) List<@From("messages") BeaconMessage> messages,
      @ForAll @IntRange(min = 1, max = 300) int chunk) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    messages.forEach(message -> stream.writeBytes(BeaconCodec.encode(message)));
    byte[] bytes = stream.toByteArray();

    FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_PAYLOAD_BYTES);
    List<Result> results = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += chunk) {
      results.addAll(decoder.feed(bytes, at, Math.min(chunk, bytes.length - at)));
    }

    assertThat(results).isEqualTo(messages.stream().<Result>map(Decoded::new).toList());
    assertThat(decoder.isInsideFrame()).isFalse();
  }

  @Property
  void shouldEndAtTheFirstBreachWhenFedRandomBytes(@ForAll @Size(max = 4000) byte[] bytes) {
    List<Result> results = decode(bytes);

    assertThat(results.size()).isLessThanOrEqualTo(1 + bytes.length / BeaconCodec.HEADER_BYTES);
    assertOnlyLastIsBreach(results);
  }

  @Property
  void shouldEndAtTheFirstBreachWhenAPlausibleHeaderIsFollowedByRandomBytes(
      @ForAll @IntRange(min = 0, max = 13) int type, @ForAll @Size(max = 2000) byte[] payload) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(new byte[] {(byte) 0xBE, (byte) 0xE7, 1, (byte) type});
    stream.write(payload.length >>> 8);
    stream.write(payload.length);
    stream.writeBytes(payload);

    assertOnlyLastIsBreach(decode(stream.toByteArray()));
  }

  @Property
  void shouldYieldNothingAndNeverThrowWhenTruncated(
      @ForAll("messages") BeaconMessage message, @ForAll @IntRange(min = 0, max = 700) int cut) {
    byte[] frame = BeaconCodec.encode(message);
    int length = Math.max(0, frame.length - 1 - cut);
    FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_PAYLOAD_BYTES);

    assertThat(decoder.feed(frame, 0, length)).isEmpty();
    assertThat(decoder.isInsideFrame()).isEqualTo(length > 0);
  }

  @Property(tries = 2000)
  void shouldNeverThrowWhenABitIsFlipped(
      @ForAll("messages") BeaconMessage message, @ForAll @IntRange(min = 0) int bit) {
    byte[] frame = BeaconCodec.encode(message);
    int at = bit % (frame.length * 8);
    frame[at / 8] ^= (byte) (1 << at % 8);

    List<Result> results = decode(frame);

    assertThat(results.size()).isLessThanOrEqualTo(1 + frame.length / BeaconCodec.HEADER_BYTES);
    assertOnlyLastIsBreach(results);
    assertThat(results).doesNotContain(new Decoded(message));
  }

  @Test
  void shouldTellTheVersionWhenAHelloIsOfAnotherOne() {
    byte[] frame = BeaconCodec.encode(hello("demo", 9));

    assertThat(decode(frame)).containsExactly(new OtherVersion(9));
  }

  @Test
  void shouldTellTheVersionFromTheHeaderAloneWhenTheRestIsUnknown() {
    byte[] bytes = {(byte) 0xBE, (byte) 0xE7, 2, 1, (byte) 0xFF, (byte) 0xFF};

    assertThat(decode(bytes)).containsExactly(new OtherVersion(2));
  }

  @Test
  void shouldRefuseByTheLengthFieldWhenAFrameIsTooLongForItsType() {
    byte[] ticket = {(byte) 0xBE, (byte) 0xE7, 1, 3, 0, 9};
    byte[] votes = {(byte) 0xBE, (byte) 0xE7, 1, 6, (byte) 0xFF, (byte) 0xFF};

    assertThat(decode(ticket))
        .containsExactly(new Malformed("life_ticket: 9 bytes where 8 are allowed"));
    assertThat(decode(votes)).singleElement().isInstanceOf(Malformed.class);
  }

  @Test
  void shouldRefuseLongMessagesWhenOnlyOpeningOnesAreAllowed() {
    Votes votes = new Votes(Collections.nCopies(200, NODE), List.of());
    byte[] frame = BeaconCodec.encode(votes);
    FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_OPENING_PAYLOAD_BYTES);

    assertThat(decoder.feed(frame, 0, frame.length)).singleElement().isInstanceOf(Malformed.class);

    FrameDecoder grown = new FrameDecoder(BeaconCodec.MAX_OPENING_PAYLOAD_BYTES);
    grown.allowPayload(BeaconCodec.MAX_PAYLOAD_BYTES);
    assertThat(grown.feed(frame, 0, frame.length)).containsExactly(new Decoded(votes));
  }

  @Test
  void shouldIgnoreWhatFollowsWhenBroken() {
    FrameDecoder decoder = new FrameDecoder(BeaconCodec.MAX_PAYLOAD_BYTES);
    byte[] armed = BeaconCodec.encode(new Armed());

    assertThat(decoder.feed(new byte[6], 0, 6))
        .containsExactly(new Malformed("not the beacon's protocol"));
    assertThat(decoder.feed(armed, 0, armed.length)).isEmpty();
    assertThat(decoder.isInsideFrame()).isFalse();
  }

  @Test
  void shouldRefuseWhenATextHoldsControlCharacters() {
    byte[] frame = BeaconCodec.encode(hello("demo", 1));
    frame[BeaconCodec.HEADER_BYTES + 2] = '\n';

    assertThat(decode(frame))
        .containsExactly(new Malformed("hello: a text holds control characters"));
  }

  @Test
  void shouldRefuseWhenATextIsNotUtf8() {
    byte[] frame = BeaconCodec.encode(hello("demo", 1));
    frame[BeaconCodec.HEADER_BYTES + 2] = (byte) 0xFF;

    assertThat(decode(frame)).containsExactly(new Malformed("hello: a text is not UTF-8"));
  }

  @Test
  void shouldRefuseToEncodeWhenABoundIsExceeded() {
    assertThatThrownBy(() -> BeaconCodec.encode(hello("c".repeat(129), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cluster must have at most 128 bytes, had 129");
    assertThatThrownBy(() -> BeaconCodec.encode(hello("a\nb", 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BeaconCodec.encode(hello("\uD800", 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BeaconCodec.encode(hello("demo", 256)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> BeaconCodec.encode(new Votes(List.of(), Collections.nCopies(257, NODE))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dead must name at most 256, named 257");
  }

  @Test
  void shouldCarryAsManyIncarnationsAsAMessageMayName() {
    Incarnation longest =
        new Incarnation(new NodeId("h".repeat(BeaconCodec.MAX_HOST_BYTES), 65_535), -1);
    Votes votes = new Votes(Collections.nCopies(256, longest), Collections.nCopies(256, longest));

    assertThat(decode(BeaconCodec.encode(votes))).containsExactly(new Decoded(votes));
  }

  @Test
  void shouldKeepItsLayoutWhenReleased() {
    assertThat(BeaconCodec.encode(new LifeTicket(0x0102030405060708L)))
        .containsExactly(0xBE, 0xE7, 1, 3, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(BeaconCodec.encode(new Refusal(RefusalReason.OTHER_SETTING, "k", "a", "bc")))
        .containsExactly(0xBE, 0xE7, 1, 2, 0, 8, 5, 1, 'k', 1, 'a', 2, 'b', 'c');
  }

  private static Hello hello(String cluster, int version) {
    Endpoint endpoint = new Endpoint("127.0.0.1", 33_000);
    return new Hello(
        Purpose.PROBE,
        version,
        cluster,
        "system",
        Agreement.NONE,
        NODE,
        endpoint,
        Standing.SEEKING,
        endpoint,
        endpoint);
  }

  private static List<Result> decode(byte[] bytes) {
    return new FrameDecoder(BeaconCodec.MAX_PAYLOAD_BYTES).feed(bytes, 0, bytes.length);
  }

  private static void assertOnlyLastIsBreach(List<Result> results) {
    for (int i = 0; i < results.size() - 1; i++) {
      assertThat(results.get(i)).isInstanceOf(Decoded.class);
    }
  }
}
