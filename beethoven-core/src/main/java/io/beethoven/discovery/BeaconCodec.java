package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.BeaconMessage.Goodbye;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Inquiry;
import io.beethoven.discovery.BeaconMessage.LifeOpen;
import io.beethoven.discovery.BeaconMessage.LifeTicket;
import io.beethoven.discovery.BeaconMessage.Proposal;
import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.BeaconMessage.Verdict;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The off-cluster wire format: how a {@link BeaconMessage} is laid out in bytes.
 *
 * <p>A frame is a header of {@value #HEADER_BYTES} bytes and a payload, all numbers big-endian:
 *
 * <pre>
 * 0  magic           2 bytes, 0xBE 0xE7
 * 2  version         1 byte, the sender's protocol version
 * 3  type            1 byte
 * 4  payload length  2 bytes
 * 6  payload
 * </pre>
 *
 * <p>The header keeps this layout in every version, and type 1 is the hello in every version, so
 * that peers of different versions can at least tell each other so.
 *
 * <pre>
 * type              payload
 * 1 Hello           purpose 1, cluster T, system name T, count 1, that many S, node I, beacon E,
 *                   standing P, local end as seen E, remote end as seen E
 * 2 Refusal         reason 1, key T, ours T, theirs T
 * 3 LifeTicket      ticket 8
 * 4 LifeOpen        node I, ticket 8
 * 5 Armed           nothing
 * 6 Votes           count 2, that many I (proved); count 2, that many I (dead)
 * 7 Goodbye         node I
 * 8 Inquiry         cluster T
 * 9 Disclosure      system name T, count 1, that many S, node I, beacon E, standing P,
 *                   milliseconds since 1970-01-01T00:00Z 8
 * 10 Proposal       number 8, then as Hello
 * 11 ProposalAnswer number 8, verdict 1, standing P, whom E
 *
 * T  text: length 1, that many bytes of UTF-8, no control characters
 * I  incarnation: host T, port 2, uid 8
 * E  endpoint: host T, port 2
 * S  setting: key T, value T; in the order of the keys
 * P  standing: phase 1, cluster id 8, cluster size 4, formed at 8 (milliseconds since 1970)
 * </pre>
 *
 * <p>Every message that keeps the bounds named here can be encoded, and decodes to an equal one.
 * Reading is {@link FrameDecoder}'s job.
 */
public final class BeaconCodec {

  /** The length of a frame's header. */
  public static final int HEADER_BYTES = 6;

  /** The longest name of a cluster or an actor system, in bytes of UTF-8. */
  public static final int MAX_NAME_BYTES = 128;

  /** The longest host, in bytes of UTF-8. */
  public static final int MAX_HOST_BYTES = 116;

  /** The longest value that a refusal quotes, in bytes of UTF-8. */
  public static final int MAX_QUOTE_BYTES = 255;

  private static final int MAX_INCARNATION_BYTES = 1 + MAX_HOST_BYTES + 2 + Long.BYTES;
  private static final int MAX_ENDPOINT_BYTES = 1 + MAX_HOST_BYTES + 2;
  private static final int STANDING_BYTES = 1 + Long.BYTES + Integer.BYTES + Long.BYTES;

  private static final int MAX_HELLO_BYTES =
      1
          + 2 * (1 + MAX_NAME_BYTES)
          + 1
          + Agreement.MAX_SETTINGS * (2 + Agreement.MAX_KEY_BYTES + Agreement.MAX_VALUE_BYTES)
          + MAX_INCARNATION_BYTES
          + STANDING_BYTES
          + 3 * MAX_ENDPOINT_BYTES;

  /** The longest payload of a message that may open a connection, or answer the opening one. */
  public static final int MAX_OPENING_PAYLOAD_BYTES = Long.BYTES + MAX_HELLO_BYTES;

  /** The longest payload of all. */
  public static final int MAX_PAYLOAD_BYTES =
      2 * (2 + BeaconMessage.MAX_INCARNATIONS * MAX_INCARNATION_BYTES);

  static final int MAGIC = 0xBEE7;

  /**
   * A value's number on the wire is its place in these lists; they only ever grow at their ends.
   */
  private static final List<Purpose> PURPOSES = List.of(Purpose.PROBE, Purpose.TALK);

  private static final List<RefusalReason> REASONS =
      List.of(
          RefusalReason.OTHER_CLUSTER,
          RefusalReason.OTHER_VERSION,
          RefusalReason.OTHER_SYSTEM_NAME,
          RefusalReason.SAME_ADDRESS,
          RefusalReason.TOO_MANY,
          RefusalReason.OTHER_SETTING);

  private static final List<Phase> PHASES =
      List.of(
          Phase.SEEKING,
          Phase.STANDALONE,
          Phase.FORMING,
          Phase.JOINING,
          Phase.CLUSTERED,
          Phase.LEAVING);

  private static final List<Verdict> VERDICTS =
      List.of(Verdict.ACCEPTED, Verdict.REFUSED, Verdict.ELSEWHERE);

  private BeaconCodec() {}

  /** The types of frames, with the length each may have. */
  enum Type {
    HELLO(1, MAX_HELLO_BYTES),
    REFUSAL(2, 2 + Agreement.MAX_KEY_BYTES + 2 * (1 + MAX_QUOTE_BYTES)),
    LIFE_TICKET(3, Long.BYTES),
    LIFE_OPEN(4, MAX_INCARNATION_BYTES + Long.BYTES),
    ARMED(5, 0),
    VOTES(6, MAX_PAYLOAD_BYTES),
    GOODBYE(7, MAX_INCARNATION_BYTES),
    INQUIRY(8, 1 + MAX_NAME_BYTES),
    DISCLOSURE(9, MAX_OPENING_PAYLOAD_BYTES),
    PROPOSAL(10, Long.BYTES + MAX_HELLO_BYTES),
    PROPOSAL_ANSWER(11, Long.BYTES + 1 + STANDING_BYTES + MAX_ENDPOINT_BYTES);

    private static final List<Type> ALL = List.of(values());

    final int code;
    final int maxPayloadBytes;

    Type(int code, int maxPayloadBytes) {
      this.code = code;
      this.maxPayloadBytes = maxPayloadBytes;
    }

    /** Returns the type with a code from 1 to the number of types. */
    static Type of(int code) {
      return ALL.get(code - 1);
    }

    static boolean isKnown(int code) {
      return code >= 1 && code <= ALL.size();
    }
  }

  /**
   * Encodes a message as one frame. The frame of a hello or proposal bears the version that the
   * hello names, every other frame this protocol's.
   *
   * @param message what to encode
   * @return the frame, header included
   * @throws IllegalArgumentException if a text is too long, holds control characters or unpaired
   *     surrogates, or a list names too many incarnations
   */
  public static byte[] encode(BeaconMessage message) {
    if (message instanceof Hello hello) {
      FrameWriter out = new FrameWriter(Type.HELLO, version(hello));
      hello(out, hello);
      return out.frame();
    }
    if (message instanceof Refusal refusal) {
      FrameWriter out = new FrameWriter(Type.REFUSAL, BeaconMessage.PROTOCOL_VERSION);
      out.u8(REASONS.indexOf(refusal.reason()));
      out.text("key", refusal.key(), Agreement.MAX_KEY_BYTES);
      out.text("ours", refusal.ours(), MAX_QUOTE_BYTES);
      out.text("theirs", refusal.theirs(), MAX_QUOTE_BYTES);
      return out.frame();
    }
    if (message instanceof LifeTicket ticket) {
      FrameWriter out = new FrameWriter(Type.LIFE_TICKET, BeaconMessage.PROTOCOL_VERSION);
      out.i64(ticket.ticket());
      return out.frame();
    }
    if (message instanceof LifeOpen open) {
      FrameWriter out = new FrameWriter(Type.LIFE_OPEN, BeaconMessage.PROTOCOL_VERSION);
      incarnation(out, open.node());
      out.i64(open.ticket());
      return out.frame();
    }
    if (message instanceof Votes votes) {
      FrameWriter out = new FrameWriter(Type.VOTES, BeaconMessage.PROTOCOL_VERSION);
      incarnations(out, "proved", votes.proved());
      incarnations(out, "dead", votes.dead());
      return out.frame();
    }
    if (message instanceof Goodbye goodbye) {
      FrameWriter out = new FrameWriter(Type.GOODBYE, BeaconMessage.PROTOCOL_VERSION);
      incarnation(out, goodbye.node());
      return out.frame();
    }
    if (message instanceof Inquiry inquiry) {
      FrameWriter out = new FrameWriter(Type.INQUIRY, BeaconMessage.PROTOCOL_VERSION);
      out.text("cluster", inquiry.cluster(), MAX_NAME_BYTES);
      return out.frame();
    }
    if (message instanceof Disclosure disclosure) {
      return disclosure(disclosure);
    }
    if (message instanceof Proposal proposal) {
      FrameWriter out = new FrameWriter(Type.PROPOSAL, version(proposal.proposer()));
      out.i64(proposal.number());
      hello(out, proposal.proposer());
      return out.frame();
    }
    if (message instanceof ProposalAnswer answer) {
      FrameWriter out = new FrameWriter(Type.PROPOSAL_ANSWER, BeaconMessage.PROTOCOL_VERSION);
      out.i64(answer.number());
      out.u8(VERDICTS.indexOf(answer.verdict()));
      standing(out, answer.standing());
      endpoint(out, answer.whom());
      return out.frame();
    }
    return new FrameWriter(Type.ARMED, BeaconMessage.PROTOCOL_VERSION).frame();
  }

  private static byte[] disclosure(Disclosure disclosure) {
    FrameWriter out = new FrameWriter(Type.DISCLOSURE, BeaconMessage.PROTOCOL_VERSION);
    out.text("system name", disclosure.systemName(), MAX_NAME_BYTES);
    agreement(out, disclosure.agreement());
    incarnation(out, disclosure.node());
    endpoint(out, disclosure.beacon());
    standing(out, disclosure.standing());
    out.i64(disclosure.clock().toEpochMilli());
    return out.frame();
  }

  private static int version(Hello hello) {
    if (hello.protocolVersion() < 0 || hello.protocolVersion() > 0xFF) {
      throw new IllegalArgumentException(
          "protocol version must be between 0 and 255, was " + hello.protocolVersion());
    }
    return hello.protocolVersion();
  }

  private static void hello(FrameWriter out, Hello hello) {
    out.u8(PURPOSES.indexOf(hello.purpose()));
    out.text("cluster", hello.cluster(), MAX_NAME_BYTES);
    out.text("system name", hello.systemName(), MAX_NAME_BYTES);
    agreement(out, hello.agreement());
    incarnation(out, hello.node());
    endpoint(out, hello.beacon());
    standing(out, hello.standing());
    endpoint(out, hello.localSeen());
    endpoint(out, hello.remoteSeen());
  }

  private static void standing(FrameWriter out, Standing standing) {
    out.u8(PHASES.indexOf(standing.phase()));
    out.i64(standing.clusterId());
    out.i32(standing.clusterSize());
    out.i64(standing.formedAt().toEpochMilli());
  }

  private static void agreement(FrameWriter out, Agreement agreement) {
    out.u8(agreement.settings().size());
    agreement
        .settings()
        .forEach(
            (key, value) -> {
              out.text("key", key, Agreement.MAX_KEY_BYTES);
              out.text(key, value, Agreement.MAX_VALUE_BYTES);
            });
  }

  private static void endpoint(FrameWriter out, Endpoint endpoint) {
    out.text("host", endpoint.host(), MAX_HOST_BYTES);
    out.u16(endpoint.port());
  }

  private static void incarnation(FrameWriter out, Incarnation incarnation) {
    out.text("host", incarnation.node().host(), MAX_HOST_BYTES);
    out.u16(incarnation.node().port());
    out.i64(incarnation.uid());
  }

  private static void incarnations(FrameWriter out, String what, List<Incarnation> all) {
    if (all.size() > BeaconMessage.MAX_INCARNATIONS) {
      throw new IllegalArgumentException(
          what + " must name at most " + BeaconMessage.MAX_INCARNATIONS + ", named " + all.size());
    }
    out.u16(all.size());
    for (Incarnation each : all) {
      incarnation(out, each);
    }
  }

  /**
   * Decodes the payload of one frame.
   *
   * @throws FrameBreach if it is not what its type says
   * @throws IllegalArgumentException if a value is outside of its domain
   */
  static BeaconMessage decode(Type type, byte[] bytes, int from, int to) throws FrameBreach {
    FrameReader in = new FrameReader(bytes, from, to);
    BeaconMessage message = decode(type, in);
    in.end();
    return message;
  }

  private static BeaconMessage decode(Type type, FrameReader in) throws FrameBreach {
    return switch (type) {
      case HELLO -> hello(in);
      case REFUSAL ->
          new Refusal(
              pick(REASONS, in.u8(), "reason"),
              in.text(Agreement.MAX_KEY_BYTES),
              in.text(MAX_QUOTE_BYTES),
              in.text(MAX_QUOTE_BYTES));
      case LIFE_TICKET -> new LifeTicket(in.i64());
      case LIFE_OPEN -> new LifeOpen(incarnation(in), in.i64());
      case ARMED -> new Armed();
      case VOTES -> new Votes(incarnations(in), incarnations(in));
      case GOODBYE -> new Goodbye(incarnation(in));
      case INQUIRY -> new Inquiry(in.text(MAX_NAME_BYTES));
      case DISCLOSURE ->
          new Disclosure(
              in.text(MAX_NAME_BYTES),
              agreement(in),
              incarnation(in),
              endpoint(in),
              standing(in),
              Instant.ofEpochMilli(in.i64()));
      case PROPOSAL -> new Proposal(in.i64(), hello(in));
      case PROPOSAL_ANSWER ->
          new ProposalAnswer(
              in.i64(), pick(VERDICTS, in.u8(), "verdict"), standing(in), endpoint(in));
    };
  }

  private static Hello hello(FrameReader in) throws FrameBreach {
    return new Hello(
        pick(PURPOSES, in.u8(), "purpose"),
        BeaconMessage.PROTOCOL_VERSION,
        in.text(MAX_NAME_BYTES),
        in.text(MAX_NAME_BYTES),
        agreement(in),
        incarnation(in),
        endpoint(in),
        standing(in),
        endpoint(in),
        endpoint(in));
  }

  private static Standing standing(FrameReader in) throws FrameBreach {
    return new Standing(
        pick(PHASES, in.u8(), "phase"), in.i64(), in.i32(), Instant.ofEpochMilli(in.i64()));
  }

  private static <T> T pick(List<T> values, int number, String what) throws FrameBreach {
    if (number >= values.size()) {
      throw new FrameBreach("unknown " + what + " " + number);
    }
    return values.get(number);
  }

  private static Agreement agreement(FrameReader in) throws FrameBreach {
    int count = in.u8();
    if (count > Agreement.MAX_SETTINGS) {
      throw new FrameBreach("names " + count + " settings");
    }
    TreeMap<String, String> settings = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String key = in.text(Agreement.MAX_KEY_BYTES);
      if (i > 0 && key.compareTo(settings.lastKey()) <= 0) {
        throw new FrameBreach("its settings are not in order");
      }
      settings.put(key, in.text(Agreement.MAX_VALUE_BYTES));
    }
    return new Agreement(settings);
  }

  private static Endpoint endpoint(FrameReader in) throws FrameBreach {
    return new Endpoint(in.text(MAX_HOST_BYTES), in.u16());
  }

  private static Incarnation incarnation(FrameReader in) throws FrameBreach {
    return new Incarnation(new NodeId(in.text(MAX_HOST_BYTES), in.u16()), in.i64());
  }

  private static List<Incarnation> incarnations(FrameReader in) throws FrameBreach {
    int count = in.u16();
    if (count > BeaconMessage.MAX_INCARNATIONS) {
      throw new FrameBreach("a list names " + count + " incarnations");
    }
    List<Incarnation> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(incarnation(in));
    }
    return all;
  }

  /**
   * Returns a text as bytes, if it may be sent at all.
   *
   * @throws IllegalArgumentException if it may not
   */
  static byte[] utf8(String what, String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > maxBytes) {
      throw new IllegalArgumentException(
          what + " must have at most " + maxBytes + " bytes, had " + bytes.length);
    }
    if (!new String(bytes, StandardCharsets.UTF_8).equals(text)) {
      throw new IllegalArgumentException(what + " must be text, held an unpaired surrogate");
    }
    if (hasControls(text)) {
      throw new IllegalArgumentException(what + " must not hold control characters");
    }
    return bytes;
  }

  static boolean hasControls(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }
}
