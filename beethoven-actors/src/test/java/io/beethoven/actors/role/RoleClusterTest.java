package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.CoreServer.WatchMembers;
import io.beethoven.actors.membership.Members;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.settings.RoleSettings;
import io.beethoven.actors.settings.RoleSettings.RunAlone;
import io.beethoven.discovery.Endpoint;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Timing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Token;
import io.beethoven.role.RoleContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An allocator and the role servers of several nodes, with a membership played by the test. */
class RoleClusterTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final RoleName WORK = new RoleName("work");
  private static final RoleName FRAGILE = new RoleName("fragile");
  private static final RoleSettings SETTINGS =
      new RoleSettings(
          Duration.ofMillis(300),
          Duration.ofMillis(60),
          Duration.ofMillis(10),
          Duration.ofMillis(20),
          2,
          Duration.ofMinutes(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          RunAlone.WHEN_SAFE);
  private static final Timing TIMING =
      new Timing(
          Duration.ofMillis(100),
          Duration.ofMillis(3000),
          Duration.ofMillis(4000),
          Duration.ofMillis(300),
          Duration.ofMillis(60),
          Duration.ofSeconds(2));

  private ActorTestKit kit;
  private final List<Node> nodes = new ArrayList<>();
  private final Set<Incarnation> dead = new TreeSet<>();
  private final AtomicReference<RoleTable> table = new AtomicReference<>(RoleTable.EMPTY);
  private ActorRef<Members> members;
  private ActorRef<RoleAllocator.Command> allocator;

  private static final class Node {
    final Incarnation id;
    final ActorRef<RoleServer.Command> roles;
    final Introduction introduction;
    final OutlookHolder outlook = new OutlookHolder();
    final ConcurrentLinkedQueue<RoleContext> contexts = new ConcurrentLinkedQueue<>();
    volatile boolean fragileFails;

    Node(ActorTestKit kit, int index, ActorRef<CoreMessage> core, RoleSpec... specs) {
      id = new Incarnation(new NodeId("127.0.0." + index, 25520), 10L + index);
      RoleRegistry registry =
          RoleRegistry.of(
              Map.of(
                  WORK,
                  RoleImplementation.task(
                      () ->
                          context -> {
                            contexts.add(context);
                            new CountDownLatch(1).await();
                          }),
                  FRAGILE,
                  RoleImplementation.task(
                      () ->
                          context -> {
                            if (fragileFails) {
                              throw new IllegalStateException("boom on " + index);
                            }
                            new CountDownLatch(1).await();
                          })));
      roles =
          kit.spawn(
              RoleServer.create(
                  new RoleServer.Setup(
                      id,
                      registry,
                      List.of(specs),
                      SETTINGS,
                      TIMING,
                      new RolesRunning(),
                      outlook,
                      new RoleServer.Memory(
                          Durable.NOTHING,
                          state -> CompletableFuture.completedFuture(Done.getInstance())),
                      LeaseClock.SYSTEM)));
      introduction =
          new Introduction(id, new Endpoint("127.0.0." + index, 33000), core, roles.narrow());
    }

    Token token() {
      return contexts.stream().reduce((a, b) -> b).orElseThrow().token();
    }
  }

  @BeforeEach
  void start() {
    kit = ActorTestKit.create("RoleClusterTest", ConfigFactory.load());
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldHoldCountsWhenNodesComeDieAndLeave() {
    join(1, spec(WORK, 2));
    reign(nodes.get(0));
    awaitHosts(WORK, 1);

    join(2, spec(WORK, 2));
    awaitHosts(WORK, 2);
    join(3, spec(WORK, 2));
    await().atMost(LONG).until(() -> hosts(WORK).size() == 2);
    assertThat(hosts(WORK)).isEqualTo(ids(0, 1));

    kill(1);
    await().atMost(LONG).untilAsserted(() -> assertThat(hosts(WORK)).isEqualTo(ids(0, 2)));

    join(4, spec(WORK, 2));
    TestProbe<RoleServer.Drained> drained = kit.createTestProbe();
    nodes.get(2).roles.tell(new RoleServer.Drain(LONG, drained.ref()));
    drained.receiveMessage(LONG);
    await().atMost(LONG).untilAsserted(() -> assertThat(hosts(WORK)).isEqualTo(ids(0, 3)));
  }

  @Test
  void shouldLeaveAloneWhatRunsWhenTheAllocatorIsReplaced() {
    join(1, spec(WORK, 1));
    reign(nodes.get(0));
    awaitHosts(WORK, 1);
    Token before = nodes.get(0).token();
    join(2, spec(WORK, 1));

    reign(nodes.get(1));

    await().atMost(LONG).until(() -> table.get().epoch().allocatorUid() == nodes.get(1).id.uid());
    await().atMost(LONG).untilAsserted(() -> assertThat(hosts(WORK)).isEqualTo(ids(0)));
    assertThat(nodes.get(0).token()).isEqualTo(before);
    assertThat(nodes.get(0).contexts).hasSize(1);
    assertThat(nodes.get(0).contexts.element().isGranted()).isTrue();
    assertThat(nodes.get(1).contexts).isEmpty();
  }

  @Test
  void shouldMoveThenParkThenRetryWhenARoleKeepsFailing() {
    join(1, spec(WORK, 1), spec(FRAGILE, 1));
    join(2, spec(WORK, 1), spec(FRAGILE, 1));
    nodes.get(0).fragileFails = true;
    reign(nodes.get(0));
    awaitHosts(FRAGILE, 1);
    await().atMost(LONG).untilAsserted(() -> assertThat(hosts(FRAGILE)).isEqualTo(ids(1)));

    nodes.get(0).fragileFails = true;
    kill(1);
    await()
        .atMost(LONG)
        .until(() -> row(FRAGILE).parked().filter(text -> text.contains("boom on 1")).isPresent());
    assertThat(hosts(WORK)).isEqualTo(ids(0));

    nodes.get(0).fragileFails = false;
    await().atMost(LONG).untilAsserted(() -> assertThat(hosts(FRAGILE)).isEqualTo(ids(0)));
    assertThat(row(FRAGILE).parked()).isEmpty();
  }

  private void join(int index, RoleSpec... specs) {
    ActorRef<CoreMessage> core =
        kit.spawn(
            Behaviors.receive(CoreMessage.class)
                .onMessage(
                    TablePublished.class,
                    published -> {
                      table.accumulateAndGet(
                          published.table(), (old, next) -> next.isNewerThan(old) ? next : old);
                      return Behaviors.same();
                    })
                .build());
    nodes.add(new Node(kit, index, core, specs));
    if (index == 1) {
      nodes.get(0).roles.tell(new RoleServer.Found(7, false));
    }
    membersChanged();
  }

  private void kill(int index) {
    Incarnation victim = nodes.get(index).id;
    dead.add(victim);
    kit.stop(nodes.get(index).roles);
    // Every survivor proves it, and tells the others.
    for (Node observer : live()) {
      observer.roles.tell(new RoleServer.Proved(victim));
      live().stream()
          .filter(other -> other != observer)
          .forEach(
              other ->
                  other.roles.tell(new RoleServer.Voted(observer.id, List.of(victim), List.of())));
    }
    membersChanged();
  }

  private List<Node> live() {
    return nodes.stream().filter(node -> !dead.contains(node.id)).toList();
  }

  /** Starts an allocator at a node, in the place of the former one. */
  private void reign(Node host) {
    TestProbe<CoreServer.Command> core = kit.createTestProbe();
    if (allocator != null) {
      kit.stop(allocator);
    }
    allocator =
        kit.spawn(
            RoleAllocator.create(
                new RoleAllocator.Setup(
                    host.id, core.ref(), TIMING, 9, host.outlook, LeaseClock.SYSTEM)));
    members = ((WatchMembers) core.receiveMessage(LONG)).watcher();
    membersChanged();
  }

  private void membersChanged() {
    List<Introduction> introduced = live().stream().map(node -> node.introduction).toList();
    Set<Incarnation> present = live().stream().map(node -> node.id).collect(Collectors.toSet());
    live().forEach(node -> node.roles.tell(new RoleServer.MembersChanged(present, introduced)));
    if (members != null) {
      members.tell(new Members(nodes.get(0).id, introduced, Set.of(), dead));
    }
  }

  private void awaitHosts(RoleName role, int count) {
    await().atMost(LONG).until(() -> hosts(role).size() == count);
  }

  private Set<Incarnation> hosts(RoleName role) {
    return table.get().rows().stream()
        .filter(row -> row.role().equals(role))
        .flatMap(row -> row.placements().stream())
        .filter(RoleTable.Placement::running)
        .map(RoleTable.Placement::holder)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private RoleTable.Row row(RoleName role) {
    return table.get().rows().stream().filter(r -> r.role().equals(role)).findFirst().orElseThrow();
  }

  private Set<Incarnation> ids(int... indexes) {
    Set<Incarnation> ids = new TreeSet<>();
    for (int index : indexes) {
      ids.add(nodes.get(index).id);
    }
    return ids;
  }

  private static RoleSpec spec(RoleName name, int count) {
    return new RoleSpec(
        name,
        count,
        Map.of(),
        Readiness.ON_START,
        false,
        LONG,
        Duration.ofSeconds(10),
        HandOver.STOP_FIRST,
        true);
  }
}
