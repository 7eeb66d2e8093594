package io.beethoven.actors.state;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.beethoven.grant.Durable;
import io.beethoven.model.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a state file: a line {@code beethoven-state <version> <checksum>}, then a document
 * in JSON ({@link StateForm}). The checksum is SHA-256, in hexadecimal, of the line up to and with
 * the version, a newline, and the document; every later version keeps to that, so that a newer file
 * is told from a damaged one.
 *
 * <p>One state has one form, and nothing else is read: what was decoded is encoded again and
 * compared.
 */
final class StateCodec {

  /** The version that is written, and the only one that is read. */
  static final int VERSION = 1;

  /** Longer files are refused before they are read. */
  static final int MAX_BYTES = 1 << 20;

  private static final String MAGIC = "beethoven-state ";
  private static final Pattern HEADER =
      Pattern.compile("beethoven-state ([1-9][0-9]{0,8}) ([0-9a-f]{64})");
  private static final int MAX_HEADER = MAGIC.length() + 9 + 1 + 64;
  private static final String MOVE =
      "Move it away to start the node as one that never knew a cluster; where it does not find the"
          + " others then, it runs roles alone";

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNameLength(MAX_BYTES).build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .defaultPrettyPrinter(printer())
          .build();

  private final String cluster;
  private final NodeId node;

  /**
   * Creates a codec.
   *
   * @param cluster the cluster's name
   * @param node whose state it is
   */
  StateCodec(String cluster, NodeId node) {
    this.cluster = cluster;
    this.node = node;
  }

  /** Encodes a state; the same state gives the same bytes. */
  byte[] encode(Durable durable) {
    return seal(VERSION, document(durable));
  }

  /** Puts the first line before a document. */
  static byte[] seal(int version, byte[] document) {
    byte[] line =
        (MAGIC + version + " " + checksum(version, document, 0) + "\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = Arrays.copyOf(line, line.length + document.length);
    System.arraycopy(document, 0, sealed, line.length, document.length);
    return sealed;
  }

  /**
   * Decodes a state.
   *
   * @param bytes from anywhere
   * @throws StateFormatException if they are anything else than what {@link #encode} gives for this
   *     node
   */
  Durable decode(byte[] bytes) throws StateFormatException {
    int documentAt = check(bytes);
    StateForm form = form(bytes, documentAt);
    if (!form.cluster().equals(cluster) || !form.node().equals(node.toString())) {
      throw new StateFormatException(
          "belongs to node "
              + form.node()
              + " of cluster "
              + form.cluster()
              + ", and this is node "
              + node
              + " of cluster "
              + cluster,
          "Give each node a directory of its own by beethoven.state.directory",
          null);
    }
    Durable durable;
    try {
      durable = form.durable();
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()), e);
    }
    if (!Arrays.equals(encode(durable), bytes)) {
      throw invalid("it is not in the form in which it is written", null);
    }
    return durable;
  }

  private static StateForm form(byte[] bytes, int from) throws StateFormatException {
    try {
      StateForm form = JSON.readValue(bytes, from, bytes.length - from, StateForm.class);
      return Optional.ofNullable(form).orElseThrow(() -> invalid("null", null));
    } catch (JsonProcessingException e) {
      throw invalid(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks the first line against the rest, and returns where that begins. */
  private static int check(byte[] bytes) throws StateFormatException {
    int end = 0;
    while (end < bytes.length && end <= MAX_HEADER && bytes[end] != '\n') {
      end++;
    }
    Matcher header = HEADER.matcher(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
    if (end == bytes.length || !header.matches()) {
      throw new StateFormatException(
          "is no state file of Beethoven, or its beginning is damaged", MOVE, null);
    }
    int version = Integer.parseInt(header.group(1));
    if (!checksum(version, bytes, end + 1).equals(header.group(2))) {
      throw new StateFormatException(
          "is damaged: its checksum does not fit its content", MOVE, null);
    }
    if (version != VERSION) {
      throw new StateFormatException(
          "has format version " + version + ", and this Beethoven reads version " + VERSION,
          "Start the newer Beethoven that wrote it. " + MOVE,
          null);
    }
    return end + 1;
  }

  private byte[] document(Durable durable) {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    try {
      document.write(
          JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(StateForm.of(cluster, node, durable)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    document.write('\n');
    return document.toByteArray();
  }

  private static StateFormatException invalid(String reason, @Nullable Exception cause) {
    return new StateFormatException("holds what no Beethoven writes: " + reason, MOVE, cause);
  }

  private static String checksum(int version, byte[] bytes, int from) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((MAGIC + version + "\n").getBytes(StandardCharsets.US_ASCII));
      digest.update(bytes, from, bytes.length - from);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The same on every system: a newline is one character. */
  private static DefaultPrettyPrinter printer() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    return new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""))
        .withObjectIndenter(indenter)
        .withArrayIndenter(indenter);
  }
}
