package io.beethoven.actors.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.beethoven.grant.Durable;
import io.beethoven.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateCodecTest {

  private static final StateCodec CODEC = new StateCodec(States.CLUSTER, States.NODE);

  @Provide
  Arbitrary<Durable> states() {
    return States.any();
  }

  @Property(tries = 300)
  void shouldReturnWhatWasEncoded(@ForAll("states") Durable durable) throws Exception {
    assertThat(CODEC.decode(CODEC.encode(durable))).isEqualTo(durable);
  }

  @Property(tries = 300)
  void shouldRefuseWhenABitIsFlipped(
      @ForAll("states") Durable durable,
      @ForAll @IntRange(max = Integer.MAX_VALUE - 1) int place,
      @ForAll @IntRange(max = 7) int bit) {
    byte[] bytes = CODEC.encode(durable);
    bytes[place % bytes.length] ^= (byte) (1 << bit);

    refused(bytes);
  }

  @Property(tries = 300)
  void shouldRefuseAnyBytesWithAFittingChecksum(@ForAll byte[] document) {
    refused(StateCodec.seal(StateCodec.VERSION, document));
    refused(document);
  }

  @Test
  void shouldRefuseEveryFlippedBitAndEveryTruncationOfAFile() {
    byte[] bytes = CODEC.encode(States.FULL);
    for (int i = 0; i < bytes.length; i++) {
      refused(Arrays.copyOf(bytes, i));
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = bytes.clone();
        flipped[i] ^= (byte) (1 << bit);
        refused(flipped);
      }
    }
    refused(Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void shouldBeReadableByPeople() {
    assertThat(text(CODEC.encode(States.FULL)))
        .startsWith("beethoven-state 1 ")
        .contains("\n{\n  \"cluster\": \"shop\",\n  \"node\": \"127.0.0.1:25520\",\n")
        .contains("\"promised\": \"18@1f\"")
        .contains("\"127.0.0.1:25520#1\"")
        .contains("\"stop-deadline\": \"PT4S\"")
        .contains("\"hand-over\": \"START_FIRST\"")
        .contains("\"longest-lease\": \"PT15S\"")
        .endsWith("}\n");
  }

  @Test
  void shouldTellANewerVersionFromADamagedFile() {
    assertThat(refused(StateCodec.seal(2, document(States.FULL))).problem())
        .isEqualTo("has format version 2, and this Beethoven reads version 1");
    assertThat(
            refused(
                    text(CODEC.encode(States.FULL))
                        .replaceFirst("beethoven-state 1", "beethoven-state 2")
                        .getBytes(StandardCharsets.UTF_8))
                .problem())
        .startsWith("is damaged");
    assertThat(refused(new byte[0]).problem()).startsWith("is no state file");
  }

  @Test
  void shouldNameBothNodesWhenTheFileIsOfAnother() {
    byte[] bytes = CODEC.encode(States.FULL);

    for (StateCodec other :
        new StateCodec[] {
          new StateCodec("other", States.NODE),
          new StateCodec(States.CLUSTER, new NodeId("127.0.0.1", 25521))
        }) {
      StateFormatException refusal =
          catchThrowableOfType(StateFormatException.class, () -> other.decode(bytes));
      assertThat(refusal.problem())
          .contains("belongs to node 127.0.0.1:25520 of cluster shop")
          .contains("and this is node");
      assertThat(refusal.advice()).contains("beethoven.state.directory");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'\"promised\": \"18@1f\"'   | '\"promised\": \"18@1f\", \"more\": 1'",
        "'\"promised\": \"18@1f\"'   | '\"promised\": \"18@1f\", \"promised\": \"18@1f\"'",
        "'\"promised\": \"18@1f\",'  | ''",
        "'\"promised\": \"18@1f\"'   | '\"promised\": null'",
        "'\"promised\": \"18@1f\"'   | '\"promised\": 18'",
        "'\"promised\": \"18@1f\"'   | '\"promised\": \"-18@1f\"'",
        "'\"promised\": \"18@1f\"'   | '\"promised\": \"18@1F\"'",
        "'\"promised\": \"18@1f\"'   | '\"promised\": \"018@1f\"'",
        "'\"promised\": \"18@1f\"'   | '\"promised\": \"18\"'",
        "'\"version\": 3'            | '\"version\": 3.0'",
        "'\"version\": 3'            | '\"version\": \"3\"'",
        "'\"version\": 3'            | '\"version\": 99999999999999999999'",
        "'\"joint\": true'           | '\"joint\": false'",
        "'\"joint\": true'           | '\"joint\": 1'",
        "'\"127.0.0.1:25520#1\"'     | 'null'",
        "'\"127.0.0.1:25520#1\"'     | '\"127.0.0.1:25520\"'",
        "'\"127.0.0.1:25520#1\"'     | '\"127.0.0.1:99999#1\"'",
        "'\"127.0.0.1:25520#1\"'     | '\"127.0.0.1:+25520#1\"'",
        "'\"count\": 3'              | '\"count\": 0'",
        "'\"name\": \"clock\"'       | '\"name\": \"ticker\"'",
        "'\"name\": \"clock\"'       | '\"name\": \"a b\"'",
        "'\"PT4S\"'                  | '\"4 s\"'",
        "'\"PT4S\"'                  | '\"PT-4S\"'",
        "'\"PT15S\"'                 | '\"PT-15S\"'",
        "'\"PT15S\"'                 | '\"PT0.25M\"'",
        "'\"PT15S\"'                 | '\"PT1H0.001S\"'",
        "'\"interval\": \"1s\"'      | '\"interval\": null'",
        "'\"START_FIRST\"'           | '\"BOTH\"'",
        "'\"START_FIRST\"'           | '1'",
      })
  void shouldRefuseAnyOtherContentEvenWithAFittingChecksum(String written, String changed) {
    String document = text(document(States.FULL));
    assertThat(document).contains(written);

    StateFormatException refusal =
        refused(
            StateCodec.seal(
                StateCodec.VERSION,
                document
                    .replaceFirst(
                        Pattern.quote(written),
                        Matcher.quoteReplacement(changed == null ? "" : changed))
                    .getBytes(StandardCharsets.UTF_8)));

    assertThat(refusal.problem()).startsWith("holds what no Beethoven writes: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "5", "{}", "{\"a\":", "{} {}"})
  void shouldRefuseDocumentsOfAnotherShape(String document) {
    refused(StateCodec.seal(StateCodec.VERSION, document.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void shouldRefuseDeepNestingWithoutEnd() {
    refused(
        StateCodec.seal(
            StateCodec.VERSION,
            "{\"cluster\":".concat("[".repeat(500_000)).getBytes(StandardCharsets.UTF_8)));
  }

  private static StateFormatException refused(byte[] bytes) {
    StateFormatException refusal =
        catchThrowableOfType(StateFormatException.class, () -> CODEC.decode(bytes));
    assertThat(refusal).as(() -> text(bytes)).isNotNull();
    assertThat(refusal.advice()).isNotEmpty();
    return refusal;
  }

  private static byte[] document(Durable durable) {
    String whole = text(CODEC.encode(durable));
    return whole.substring(whole.indexOf('\n') + 1).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
