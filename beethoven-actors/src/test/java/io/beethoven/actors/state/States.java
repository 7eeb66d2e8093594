package io.beethoven.actors.state;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import io.beethoven.grant.Timing;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** States to store. */
final class States {

  static final String CLUSTER = "shop";
  static final NodeId NODE = new NodeId("127.0.0.1", 25520);

  /** Has something of everything. */
  static final Durable FULL =
      new Durable(
          new Voters(
              0x9f00_0000_0000_0001L,
              3,
              new Epoch(17, -1),
              VoterSet.of(Set.of(new Incarnation(NODE, 1), node(2)), 9),
              Optional.of(VoterSet.of(Set.of(node(2), node(3)), 9))),
          new Epoch(18, 0x1f),
          new Edits(-8, 3, new Epoch(17, 5), 2, List.of(role("ticker"), role("clock"))),
          Duration.ofSeconds(15));

  private States() {}

  private static Incarnation node(int number) {
    return new Incarnation(new NodeId("127.0.0." + number, 25520), -number);
  }

  static RoleSpec role(String name) {
    return new RoleSpec(
        new RoleName(name),
        3,
        Map.of("interval", "1s", "näme \"x\"\n", "\ud83c\udfbb\ud83c"),
        Readiness.EXPLICIT,
        true,
        Duration.ofMillis(1_500),
        Duration.ofSeconds(4),
        HandOver.START_FIRST,
        false);
  }

  /** Any state at all. */
  static Arbitrary<Durable> any() {
    return Combinators.combine(
            voters(),
            epochs(),
            edits(),
            Arbitraries.longs()
                .between(0, Timing.MAX_LEASE_TERM.toMillis())
                .map(Duration::ofMillis))
        .as(Durable::new);
  }

  private static Arbitrary<Epoch> epochs() {
    return Combinators.combine(Arbitraries.longs().greaterOrEqual(0), Arbitraries.longs())
        .as(Epoch::new);
  }

  private static Arbitrary<VoterSet> voterSets() {
    Arbitrary<String> hosts =
        Arbitraries.of("127.0.0.1", "10.0.0.9", "db.example", "fd00::1", "a#b:c");
    return Combinators.combine(
            hosts, Arbitraries.integers().between(1, 65_535), Arbitraries.longs())
        .as((host, port, uid) -> new Incarnation(new NodeId(host, port), uid))
        .list()
        .ofMaxSize(VoterSet.MAX_VOTERS)
        .map(VoterSet::new);
  }

  private static Arbitrary<Voters> voters() {
    return Combinators.combine(
            Arbitraries.longs(), Arbitraries.longs(), epochs(), voterSets(), voterSets().optional())
        .as(Voters::new);
  }

  private static Arbitrary<Edits> edits() {
    Arbitrary<Duration> durations =
        Arbitraries.longs().between(1, RoleSpec.MAX_DEADLINE.toNanos()).map(Duration::ofNanos);
    Arbitrary<RoleSpec> roles =
        Combinators.combine(
                Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(64),
                Arbitraries.integers().between(1, RoleSpec.MAX_COUNT),
                Arbitraries.maps(Arbitraries.strings(), Arbitraries.strings()).ofMaxSize(4),
                Arbitraries.of(Readiness.class),
                Arbitraries.of(HandOver.class),
                Arbitraries.of(true, false),
                durations,
                durations)
            .as(
                (name, count, arguments, readiness, handOver, flag, ready, stop) ->
                    new RoleSpec(
                        new RoleName(name),
                        count,
                        arguments,
                        readiness,
                        flag,
                        ready,
                        stop,
                        handOver,
                        !flag));
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers(),
            epochs(),
            Arbitraries.longs(),
            roles.list().ofMaxSize(3).uniqueElements(RoleSpec::name))
        .as(Edits::new);
  }
}
