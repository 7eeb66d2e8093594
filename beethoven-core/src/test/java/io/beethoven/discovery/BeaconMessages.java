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
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Every message that the codec must carry, at random. */
final class BeaconMessages {

  private BeaconMessages() {}

  static Arbitrary<BeaconMessage> any() {
    return Arbitraries.oneOf(
        hellos().map(BeaconMessage.class::cast),
        refusals(),
        Arbitraries.longs().map(LifeTicket::new),
        Combinators.combine(incarnations(), Arbitraries.longs()).as(LifeOpen::new),
        Arbitraries.create(Armed::new),
        votes(),
        incarnations().map(Goodbye::new),
        texts(0, BeaconCodec.MAX_NAME_BYTES).map(Inquiry::new),
        disclosures(),
        Combinators.combine(Arbitraries.longs(), hellos()).as(Proposal::new),
        answers());
  }

  static Arbitrary<Hello> hellos() {
    return Combinators.combine(
            Arbitraries.of(Purpose.class),
            Combinators.combine(
                    texts(0, BeaconCodec.MAX_NAME_BYTES), texts(0, BeaconCodec.MAX_NAME_BYTES))
                .as(List::of),
            agreements(),
            incarnations(),
            endpoints(),
            standings(),
            endpoints(),
            endpoints())
        .as(
            (purpose, names, agreement, node, beacon, standing, local, remote) ->
                new Hello(
                    purpose,
                    BeaconMessage.PROTOCOL_VERSION,
                    names.get(0),
                    names.get(1),
                    agreement,
                    node,
                    beacon,
                    standing,
                    local,
                    remote));
  }

  private static Arbitrary<BeaconMessage> disclosures() {
    return Combinators.combine(
            texts(0, BeaconCodec.MAX_NAME_BYTES),
            agreements(),
            incarnations(),
            endpoints(),
            standings(),
            Arbitraries.longs().map(Instant::ofEpochMilli))
        .as(Disclosure::new);
  }

  private static Arbitrary<Agreement> agreements() {
    return Arbitraries.maps(texts(0, Agreement.MAX_KEY_BYTES), texts(0, Agreement.MAX_VALUE_BYTES))
        .ofMaxSize(Agreement.MAX_SETTINGS)
        .map(settings -> new Agreement(new TreeMap<>(settings)));
  }

  private static Arbitrary<BeaconMessage> refusals() {
    return Combinators.combine(
            Arbitraries.of(RefusalReason.class),
            texts(0, Agreement.MAX_KEY_BYTES),
            texts(0, BeaconCodec.MAX_QUOTE_BYTES),
            texts(0, BeaconCodec.MAX_QUOTE_BYTES))
        .as(Refusal::new);
  }

  private static Arbitrary<BeaconMessage> votes() {
    Arbitrary<Incarnation> incarnations = incarnations();
    return Combinators.combine(
            incarnations.list().ofMaxSize(BeaconMessage.MAX_INCARNATIONS),
            incarnations.list().ofMaxSize(BeaconMessage.MAX_INCARNATIONS))
        .as(Votes::new);
  }

  private static Arbitrary<BeaconMessage> answers() {
    return Combinators.combine(
            Arbitraries.longs(), Arbitraries.of(Verdict.class), standings(), endpoints())
        .as(ProposalAnswer::new);
  }

  static Arbitrary<Standing> standings() {
    return Combinators.combine(
            Arbitraries.of(Standing.Phase.class),
            Arbitraries.longs(),
            Arbitraries.integers().greaterOrEqual(0),
            Arbitraries.longs().map(Instant::ofEpochMilli))
        .as(Standing::new);
  }

  static Arbitrary<Incarnation> incarnations() {
    return Combinators.combine(
            texts(1, BeaconCodec.MAX_HOST_BYTES).filter(host -> !host.isBlank()),
            Arbitraries.integers().between(1, 65_535),
            Arbitraries.longs())
        .as((host, port, uid) -> new Incarnation(new NodeId(host, port), uid));
  }

  private static Arbitrary<Endpoint> endpoints() {
    return Combinators.combine(
            texts(1, BeaconCodec.MAX_HOST_BYTES).filter(host -> !host.isBlank()),
            Arbitraries.integers().between(0, 65_535))
        .as(Endpoint::new);
  }

  /** Mostly addresses, sometimes anything that is text and keeps the bound. */
  private static Arbitrary<String> texts(int minLength, int maxBytes) {
    return Arbitraries.oneOf(
        Arbitraries.strings().numeric().withChars('.').ofMinLength(minLength).ofMaxLength(15),
        Arbitraries.strings().withCharRange(' ', '~').ofMinLength(minLength).ofMaxLength(maxBytes),
        Arbitraries.strings()
            .ofMinLength(minLength)
            .ofMaxLength(maxBytes / 2)
            .filter(text -> isSendable(text, maxBytes)));
  }

  private static boolean isSendable(String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= maxBytes
        && new String(bytes, StandardCharsets.UTF_8).equals(text)
        && !BeaconCodec.hasControls(text);
  }
}
