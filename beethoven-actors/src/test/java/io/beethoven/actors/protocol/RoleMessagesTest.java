package io.beethoven.actors.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beethoven.actors.TestCluster;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.GuardianRequest.SetCountReply;
import io.beethoven.actors.protocol.RoleServerMessage.AllocatorSettled;
import io.beethoven.actors.protocol.RoleServerMessage.Contacted;
import io.beethoven.actors.protocol.RoleServerMessage.Ordered;
import io.beethoven.discovery.Endpoint;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Contact;
import io.beethoven.grant.Edits;
import io.beethoven.grant.Moment;
import io.beethoven.grant.Order;
import io.beethoven.grant.Report;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.Report.Reserved;
import io.beethoven.grant.Report.Standing;
import io.beethoven.grant.Shared;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bindings are those of {@code reference.conf}. */
class RoleMessagesTest {

  private static final Incarnation NODE =
      new Incarnation(new NodeId("127.0.0.1", 25520), Long.MIN_VALUE);
  private static final Incarnation PEER =
      new Incarnation(new NodeId("fe80::1", 25520), Long.MAX_VALUE);
  private static final Incarnation GONE = new Incarnation(new NodeId("127.0.0.3", 1), -1);
  private static final Epoch EPOCH = new Epoch(7, -1);
  private static final Slot SLOT = new Slot(new RoleName("ticker"), 2);
  private static final Token TOKEN = new Token(EPOCH, 42);
  private static final RoleSpec SPEC =
      new RoleSpec(
          SLOT.role(),
          3,
          Map.of("interval", "1s", "a", "b"),
          Readiness.EXPLICIT,
          true,
          Duration.ofMillis(1500),
          Duration.ofSeconds(5),
          HandOver.STOP_FIRST,
          true);
  private static final Voters VOTERS =
      new Voters(
          -5,
          3,
          EPOCH,
          new VoterSet(List.of(NODE, GONE)),
          Optional.of(new VoterSet(List.of(NODE, PEER))));
  private static final Shared SHARED = new Shared(VOTERS, List.of(GONE));
  private static final Shared SETTLED = new Shared(Voters.founding(-5, 1, NODE), List.of());
  private static final Edits EDITS = new Edits(7, 3, EPOCH, 6, List.of(SPEC));
  private static final Moment SENT =
      new Moment(Long.MIN_VALUE, Instant.parse("2026-03-01T12:00:00.123456789Z"));
  private static final List<Report> REPORTS =
      Arrays.stream(Standing.values()).map(RoleMessagesTest::report).toList();
  private static final Report REPORT = REPORTS.get(0);

  private static ActorTestKit kit;
  private static ObjectMapper mapper;

  @BeforeAll
  static void start() {
    kit = TestCluster.kit();
    mapper =
        JacksonObjectMapperProvider.get(Adapter.toClassic(kit.system()))
            .getOrCreate("beethoven-cbor", Optional.empty());
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private static Report report(Standing standing) {
    return new Report(
        NODE,
        EPOCH,
        5,
        9,
        standing,
        Arrays.stream(InstanceState.values()).map(s -> new Held(SLOT, TOKEN, s)).toList(),
        List.of(new Reserved(SLOT, TOKEN, List.of(PEER, GONE))),
        List.of(new Released(SLOT, TOKEN, "boom \u00fc")),
        List.of(NODE, PEER),
        SHARED);
  }

  private static List<Order> someOrders() {
    return List.of(
        new Order.Prepare(EPOCH, -3, 4, SHARED, List.of(NODE, PEER)),
        new Order.Prepare(EPOCH, -3, 4, SETTLED, List.of()),
        new Order.Grant(EPOCH, 5, SLOT, TOKEN, SPEC),
        new Order.Reserve(EPOCH, 5, SLOT, TOKEN, List.of(NODE, PEER), SPEC),
        new Order.Withdraw(EPOCH, 5, SLOT, TOKEN),
        new Order.Revoke(EPOCH, 5, SLOT, TOKEN),
        new Order.Block(EPOCH, PEER, 1, 2, Duration.ofSeconds(6)),
        new Order.Unblock(EPOCH, PEER, 1),
        new Order.StoreVoters(EPOCH, SHARED, EDITS, List.of(NODE)),
        new Order.StoreEdits(EPOCH, EDITS),
        new Order.Differ(EPOCH, List.of(new Order.Difference(SLOT.role(), "count is 1"))));
  }

  private static List<Answer> someAnswers() {
    Stream<Answer> reported = REPORTS.stream().map(Answer.Reported::new);
    Stream<Answer> refused =
        Arrays.stream(Answer.Reason.values())
            .map(reason -> new Answer.Refused(NODE, SLOT, TOKEN, reason));
    return Stream.<Stream<Answer>>of(
            reported,
            refused,
            Stream.<Answer>of(
                new Answer.Promised(
                    REPORT,
                    new Answer.Testimony(
                        new Catalog(List.of(SLOT.role()), List.of(SPEC), List.of(SPEC)),
                        EDITS,
                        List.of(NODE, PEER),
                        new Epoch(6, 3),
                        Duration.ofMillis(2000),
                        Duration.ofMillis(2000)),
                    4),
                new Answer.Alive(NODE, EPOCH, 12),
                new Answer.Stopped(NODE, SLOT, TOKEN),
                new Answer.Nacked(NODE, EPOCH, -3),
                new Answer.Blocked(NODE, EPOCH, PEER, 1, 2, Duration.ofSeconds(2)),
                new Answer.VotersStored(NODE, VOTERS),
                new Answer.EditsStored(NODE, EPOCH, 6)))
        .flatMap(each -> each)
        .toList();
  }

  private static List<Contact> someContacts() {
    return List.of(
        new Contact.CreditRequest(NODE, SENT, Duration.ofSeconds(2), SHARED, List.of(GONE), 8),
        new Contact.Credit(PEER, SENT, SHARED, EPOCH, List.of(GONE), 8),
        new Contact.Credit(PEER, SENT, new Shared(Voters.NONE, List.of()), EPOCH, List.of(), 0));
  }

  static Stream<Object> messages() {
    ActorRef<AllocatorMessage> allocator = kit.<AllocatorMessage>createTestProbe().ref();
    return Stream.of(
            someOrders().stream().map(order -> new Ordered(order, allocator)),
            someAnswers().stream().map(Answered::new),
            someContacts().stream().map(Contacted::new),
            Stream.of(
                new AllocatorMessage.SetCount(
                    SLOT.role(), 3, kit.<SetCountReply>createTestProbe().ref()),
                new AllocatorMessage.TellWhenSettled(kit.<AllocatorSettled>createTestProbe().ref()),
                new AllocatorSettled()))
        .flatMap(each -> each);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldComeBackEqualWhenAMessageCrossesNodes(Object message) {
    assertThat(serializer(message)).isInstanceOf(JacksonCborSerializer.class);
    assertThat(mapper.getRegisteredModuleIds()).contains("beethoven-grant");

    kit.serializationTestKit().verifySerialization(message, true);
  }

  @Test
  void shouldTryEveryMessageThatThereIs() {
    assertThat(classes(messages()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(records(RoleServerMessage.class), records(AllocatorMessage.class))
                .toList());
    assertThat(classes(someOrders().stream()))
        .containsExactlyInAnyOrderElementsOf(records(Order.class).toList());
    assertThat(classes(someAnswers().stream()))
        .containsExactlyInAnyOrderElementsOf(records(Answer.class).toList());
    assertThat(classes(someContacts().stream()))
        .containsExactlyInAnyOrderElementsOf(records(Contact.class).toList());
  }

  private static List<Class<?>> classes(Stream<?> messages) {
    return messages.<Class<?>>map(Object::getClass).distinct().collect(Collectors.toList());
  }

  /** The records of a sealed interface, those of sealed interfaces in it included. */
  private static Stream<Class<?>> records(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses())
        .flatMap(type -> type.isInterface() ? records(type) : Stream.<Class<?>>of(type));
  }

  @Test
  void shouldComeBackEqualWhenATableOrAnIntroductionCrossesNodes() {
    RoleTable table =
        new RoleTable(
            EPOCH,
            3,
            List.of(
                new RoleTable.Row(
                    SLOT.role(),
                    3,
                    List.of(new RoleTable.Placement(SLOT, NODE, TOKEN, true)),
                    Optional.of("too few nodes"),
                    Optional.empty(),
                    List.of(new RoleTable.Differing(NODE.node(), "count is 1")))));
    Introduction introduction =
        new Introduction(
            NODE,
            new Endpoint("127.0.0.1", 33000),
            kit.<CoreMessage>createTestProbe().ref(),
            kit.<RoleServerMessage>createTestProbe().ref());

    kit.serializationTestKit().verifySerialization(new TablePublished(table), true);
    kit.serializationTestKit().verifySerialization(introduction, true);
  }

  // hostile input

  @Test
  void shouldNameMessagesByShortNamesOutOfAFixedList() throws IOException {
    ObjectNode answered = tree(new Answered(new Answer.Alive(NODE, EPOCH, 12)));

    assertThat(answered.get("answer").get("is").textValue()).isEqualTo("alive");
    assertThat(new String(bytes(new Answered(new Answer.Reported(REPORT))), ISO_8859_1))
        .doesNotContain("io.beethoven");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-such-thing",
        "",
        "io.beethoven.grant.Answer$Alive",
        "java.lang.ProcessBuilder",
        "grant",
        "Alive"
      })
  void shouldRefuseAMessageOfAnUnknownName(String name) throws IOException {
    Answered message = new Answered(new Answer.Alive(NODE, EPOCH, 12));
    ObjectNode hostile = tree(message);

    ((ObjectNode) hostile.get("answer")).put("is", name);

    assertRefused(message, hostile);
  }

  @Test
  void shouldRefuseAMessageWithoutAName() throws IOException {
    Contacted message = new Contacted(someContacts().get(0));
    ObjectNode hostile = tree(message);

    ((ObjectNode) hostile.get("contact")).remove("is");

    assertRefused(message, hostile);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldRefuseAMessageThatLacksAPart(Object message) throws IOException {
    for (List<String> part : parts(message)) {
      ObjectNode hostile = tree(message);

      at(hostile, part.subList(0, part.size() - 1)).remove(part.get(part.size() - 1));

      assertRefused(message, hostile);
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void shouldRefuseAMessageWhosePartIsOfAnotherKind(Object message) throws IOException {
    for (List<String> part : parts(message)) {
      ObjectNode hostile = tree(message);

      at(hostile, part.subList(0, part.size() - 1)).putArray(part.get(part.size() - 1)).add(true);

      assertRefused(message, hostile);
    }
  }

  @Test
  void shouldRefuseMoreVotersThanThereMayBe() throws IOException {
    Answered message = new Answered(new Answer.VotersStored(NODE, VOTERS));
    ObjectNode hostile = tree(message);
    ArrayNode voters =
        (ArrayNode) at(hostile, List.of("answer", "voters", "current")).get("voters");
    IntStream.rangeClosed(1, VoterSet.MAX_VOTERS)
        .mapToObj(index -> new Incarnation(new NodeId("127.0.1." + index, 1), index))
        .forEach(voter -> voters.add(mapper.valueToTree(voter)));

    assertRefused(message, hostile);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, RoleSpec.MAX_COUNT + 1, Integer.MAX_VALUE})
  void shouldRefuseACountThatIsOutOfRange(int count) throws IOException {
    AllocatorMessage.SetCount message =
        new AllocatorMessage.SetCount(SLOT.role(), 3, kit.<SetCountReply>createTestProbe().ref());
    ObjectNode hostile = tree(message);

    hostile.put("count", count);

    assertRefused(message, hostile);
  }

  @Test
  void shouldRefuseBytesThatAreCutShort() {
    Answered message = new Answered(new Answer.Reported(REPORT));
    byte[] bytes = bytes(message);

    for (int length = 0; length < bytes.length; length += 5) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(message, cut)).isInstanceOf(Exception.class);
    }
  }

  @Test
  void shouldTakeAMessageWithAPartThatALaterVersionAdded() throws IOException {
    Answered message = new Answered(new Answer.Alive(NODE, EPOCH, 12));
    ObjectNode later = tree(message);

    later.put("more", true);
    ((ObjectNode) later.get("answer")).put("later", "x");

    assertThat(read(message, mapper.writeValueAsBytes(later))).isEqualTo(message);
  }

  /** The way to each part of a message, and of the record in it, that is no number. */
  private static List<List<String>> parts(Object message) {
    List<List<String>> parts = new ArrayList<>();
    for (RecordComponent outer : message.getClass().getRecordComponents()) {
      if (outer.getType().isPrimitive()) {
        continue;
      }
      parts.add(List.of(outer.getName()));
      Object inner = value(message, outer);
      if (inner.getClass().isRecord()) {
        for (RecordComponent part : inner.getClass().getRecordComponents()) {
          if (!part.getType().isPrimitive()) {
            parts.add(List.of(outer.getName(), part.getName()));
          }
        }
      }
    }
    return parts;
  }

  private static Object value(Object record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode at(ObjectNode tree, List<String> path) {
    JsonNode node = tree;
    for (String name : path) {
      node = node.get(name);
    }
    return (ObjectNode) node;
  }

  private static void assertRefused(Object message, ObjectNode hostile) throws IOException {
    byte[] bytes = mapper.writeValueAsBytes(hostile);
    assertThatThrownBy(() -> read(message, bytes))
        .as(hostile.toString())
        .isInstanceOf(Exception.class);
  }

  private static ObjectNode tree(Object message) throws IOException {
    return (ObjectNode) mapper.readTree(bytes(message));
  }

  private static byte[] bytes(Object message) {
    return SerializationExtension.get(Adapter.toClassic(kit.system())).serialize(message).get();
  }

  /** Reads bytes that claim to be a message of the same class. */
  private static Object read(Object like, byte[] bytes) {
    Serializer serializer = serializer(like);
    return SerializationExtension.get(Adapter.toClassic(kit.system()))
        .deserialize(bytes, serializer.identifier(), Serializers.manifestFor(serializer, like))
        .get();
  }

  private static Serializer serializer(Object message) {
    return SerializationExtension.get(Adapter.toClassic(kit.system())).findSerializerFor(message);
  }

  @Test
  void shouldRefuseAMessageThatLacksSomething() throws IOException {
    byte[] absent = mapper.writeValueAsBytes(Map.of("answer", true));
    byte[] nothing = mapper.writeValueAsBytes(Collections.singletonMap("table", null));

    assertThatThrownBy(() -> mapper.readValue(absent, CoreMessage.Introduce.class))
        .hasMessageContaining("introduction");
    assertThatThrownBy(() -> mapper.readValue(nothing, CoreMessage.TablePublished.class))
        .hasMessageContaining("table");
  }
}
