package io.beethoven.actors.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.TestCluster;
import io.beethoven.actors.protocol.AllocatorMessage.Answered;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Catalog;
import io.beethoven.grant.Edits;
import io.beethoven.grant.Report;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
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
import io.beethoven.model.RoleTable.Placement;
import io.beethoven.model.RoleTable.Row;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages of as many roles as a node may define, against what remoting takes. */
class MessageSizeTest {

  private static final int NODES = 9;

  /** Addresses, manifest and the like. */
  private static final int ENVELOPE = 8_192;

  private static final long SEED = 20_261_201;

  private static ActorTestKit kit;

  private final Random random = new Random(SEED);
  private final List<Incarnation> nodes =
      IntStream.rangeClosed(1, NODES)
          .mapToObj(
              n ->
                  new Incarnation(
                      new NodeId("node-" + n + ".a-service.production.svc.example", 25520),
                      random.nextLong()))
          .toList();
  private final Epoch epoch = new Epoch(1_796_083_200_000L, nodes.get(0).uid());
  private final List<RoleSpec> specs =
      IntStream.range(0, Catalog.MAX_ROLES).mapToObj(this::spec).toList();

  @BeforeAll
  static void start() {
    kit = TestCluster.kit();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldTakeATableOfAllRolesOnEveryNode() {
    List<Row> rows =
        specs.stream()
            .map(
                spec ->
                    new Row(
                        spec.name(),
                        NODES,
                        IntStream.range(0, NODES).mapToObj(n -> placement(spec, n)).toList(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()))
            .toList();

    assertFits(new TablePublished(new RoleTable(epoch, 99_999, rows)));
  }

  @Test
  void shouldTakeThePromiseOfANodeThatHoldsAllRoles() {
    Voters voters =
        new Voters(random.nextLong(), 99, epoch, VoterSet.of(nodes, NODES), Optional.empty());
    Report report =
        new Report(
            nodes.get(0),
            epoch,
            9_999,
            99_999,
            Standing.OPEN,
            specs.stream()
                .map(spec -> new Held(new Slot(spec.name(), 0), token(), InstanceState.RUNNING))
                .toList(),
            specs.stream()
                .map(spec -> new Reserved(new Slot(spec.name(), 1), token(), List.of(nodes.get(1))))
                .toList(),
            List.of(),
            nodes,
            new Shared(voters, List.of()));
    Edits edits =
        new Edits(
            voters.cluster(),
            NODES,
            epoch,
            999,
            specs.stream().map(spec -> spec.withCount(NODES)).toList());
    Catalog catalog = new Catalog(specs.stream().map(RoleSpec::name).toList(), specs, List.of());

    assertFits(
        new Answered(
            new Answer.Promised(
                report,
                new Answer.Testimony(
                    catalog, edits, nodes, epoch, Duration.ofSeconds(15), Duration.ofSeconds(15)),
                99)));
  }

  private Placement placement(RoleSpec spec, int node) {
    return new Placement(new Slot(spec.name(), node), nodes.get(node), token(), true);
  }

  private Token token() {
    return new Token(epoch, random.nextInt(1_000_000));
  }

  /** With as many arguments as all may have, of letters as they come, which pack badly. */
  private RoleSpec spec(int number) {
    String value = text(Catalog.MAX_ARGUMENT_CHARS / Catalog.MAX_ROLES - "tenant".length());
    return new RoleSpec(
        new RoleName("tenant-" + text(12) + number),
        NODES,
        Map.of("tenant", value),
        Readiness.ON_START,
        false,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        HandOver.STOP_FIRST,
        true);
  }

  private String text(int length) {
    return random
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static void assertFits(WireMessage message) {
    Serialization serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
    byte[] bytes = serialization.serialize(message).get();
    long frame =
        kit.system()
            .settings()
            .config()
            .getBytes("pekko.remote.artery.advanced.maximum-frame-size");

    assertThat((long) bytes.length).as("seed %s", SEED).isLessThan(frame - ENVELOPE);
    kit.serializationTestKit().verifySerialization(message, true);
  }
}
