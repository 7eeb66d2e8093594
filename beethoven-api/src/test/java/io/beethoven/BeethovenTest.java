package io.beethoven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.BeethovenGuardian;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.SettingsSources;
import io.beethoven.error.BeethovenAddressTakenException;
import io.beethoven.error.BeethovenBindException;
import io.beethoven.error.BeethovenClosedException;
import io.beethoven.error.BeethovenConfigException;
import io.beethoven.error.BeethovenRefusedException;
import io.beethoven.error.BeethovenStartException;
import io.beethoven.error.BeethovenTimeoutException;
import io.beethoven.error.ConfigProblem;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterMode;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

class BeethovenTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String QUIET =
      """
      beethoven {
        node.port = 0
        beacon.port = 0
        lifecycle { restart-backoff-min = 10ms, restart-backoff-max = 100ms, start-timeout = 20s }
      }
      """;

  private final StandInGuardian guardian = new StandInGuardian();

  @Test
  void shouldAnswerAllQueriesInEachFormWhenStarted() throws Exception {
    try (Beethoven node = start("")) {
      assertThat(node.getActiveNodes()).containsExactly(StandInGuardian.SELF);
      assertThat(node.getActiveNodes(SOON)).containsExactly(StandInGuardian.SELF);
      assertThat(get(node.getActiveNodesAsync())).containsExactly(StandInGuardian.SELF);
      assertThat(node.getClusterNodes()).hasSize(2).isEqualTo(node.getClusterNodes(SOON));
      assertThat(get(node.getClusterNodesAsync())).hasSize(2);
      assertThat(node.getNodeStatus()).isEqualTo(ClusterMode.CLUSTERED);
      assertThat(node.getNodeStatus(SOON)).isEqualTo(get(node.getNodeStatusAsync()));
      assertThat(node.getRoles()).containsExactly(StandInGuardian.TICKER);
      assertThat(node.getRoles(SOON)).isEqualTo(get(node.getRolesAsync()));
      assertThat(node.whoIsHosting("ticker")).containsExactly(StandInGuardian.OTHER);
      assertThat(node.whoIsHosting("unknown", SOON)).isEmpty();
      assertThat(get(node.whoIsHostingAsync("unknown"))).isEmpty();
      assertThat(node.self()).isEqualTo(StandInGuardian.SELF);
      assertThat(node.snapshot()).isEqualTo(StandInGuardian.snapshot(false));
    }
  }

  @Test
  void shouldForgetOrSayWhyNotWhenAsked() {
    try (Beethoven node = start("")) {
      node.forget(StandInGuardian.OTHER);

      assertThatThrownBy(() -> node.forget(StandInGuardian.SELF))
          .isInstanceOf(BeethovenRefusedException.class)
          .hasMessageContaining("it is online");
    }
  }

  @Test
  void shouldWaitForReadinessNoLongerThanAskedWhenNotReady() {
    try (Beethoven node = start("")) {
      assertThat(node.isReady()).isFalse();
      assertThat(node.awaitReady(Duration.ZERO)).isFalse();
      assertThat(node.awaitReady(Duration.ofMillis(5))).isFalse();

      CompletableFuture<Boolean> waiting =
          CompletableFuture.supplyAsync(() -> node.awaitReady(SOON));
      guardian.becomeReady();

      assertThat(waiting.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
      assertThat(node.awaitReady(Duration.ZERO)).isTrue();
      assertThatThrownBy(() -> node.awaitReady(Duration.ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> node.getRoles(Duration.ofDays(365)))
          .hasMessage("timeout must be between 0 and PT720H, was PT8760H");
      assertThatThrownBy(() -> node.setCount("a", 0))
          .hasMessage("count of role a must be between 1 and 10000, was 0");
    }
  }

  @Test
  void shouldTimeOutWhenNoAnswerComes() {
    try (Beethoven node = start("")) {
      guardian.mute = true;

      assertThatThrownBy(() -> node.getRoles(Duration.ofMillis(20)))
          .isInstanceOf(BeethovenTimeoutException.class)
          .hasMessageContaining("getRoles")
          .hasMessageContaining("20 ms");
    }
  }

  @Test
  void shouldFailFastWhenABlockingCallComesFromAnActor() throws Exception {
    try (Beethoven node = start("")) {
      CompletionStage<Object> answer =
          node.getRolesAsync()
              .thenApplyAsync(roles -> node.getRoles(), guardian.system().executionContext());

      assertThatThrownBy(() -> get(answer))
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("getRolesAsync")
          .hasMessageContaining("dispatcher");
    }
  }

  @Test
  void shouldStartItsActorSystemAgainAndAnswerWhenItEnded() {
    try (Beethoven node = start("")) {
      List<ClusterEvent> heard = new CopyOnWriteArrayList<>();
      node.subscribe(heard::add);
      guardian.becomeReady();
      guardian.mute = true;
      CompletionStage<?> before = node.getRolesAsync();

      guardian.crash();
      await().atMost(SOON).until(() -> !node.isReady());

      assertThat(node.getActiveNodes(SOON)).containsExactly(StandInGuardian.SELF);
      assertThat(before.toCompletableFuture()).succeedsWithin(SOON);
      assertThat(guardian.starts).hasValue(2);
      ClusterEvent event = new ModeChanged(ClusterMode.CLUSTERED, Instant.EPOCH);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                guardian.publish(event);
                assertThat(heard).contains(event);
              });
    }
  }

  @Test
  void shouldGoOnTryingUntilClosedWhenItCannotStartAgain() {
    Beethoven node = start("");
    guardian.failing = true;
    guardian.crash();
    await().atMost(SOON).until(() -> guardian.starts.get() > 2);

    node.close();

    assertThatThrownBy(node::getRoles).isInstanceOf(BeethovenClosedException.class);
    assertThat(node.isReady()).isFalse();
  }

  @Test
  void shouldLeaveOnceAndRefuseQueriesWhenClosedTwice() {
    Beethoven node = start("");

    node.close();
    node.leave();
    node.close();

    assertThat(guardian.leaves).hasValue(1);
    assertThat(guardian.starts).hasValue(1);
    assertThat(guardian.system().getWhenTerminated().toCompletableFuture()).isDone();
    assertThatThrownBy(node::getRoles).isInstanceOf(BeethovenClosedException.class);
    assertThatThrownBy(() -> node.awaitReady(SOON)).isInstanceOf(BeethovenClosedException.class);
    assertThat(node.snapshot().ready()).isFalse();
    assertThat(node.snapshot().roles()).containsExactly(StandInGuardian.TICKER);
  }

  @Test
  void shouldTellThatItEndedWhenSomebodyElseMadeItLeave() {
    Beethoven node = start("");
    CompletionStage<Void> ended = node.whenEnded();
    assertThat(ended.toCompletableFuture()).isNotDone();

    CoordinatedShutdown.get(guardian.system()).runAll(BeethovenGuardian.ShutdownReason.LEFT);

    assertThat(ended.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(guardian.starts).hasValue(1);
    assertThatThrownBy(node::getRoles).isInstanceOf(BeethovenClosedException.class);
  }

  @Test
  void shouldEndForGoodAndNameTheOtherNodeWhenItsAddressIsTaken() {
    Beethoven node = start("");
    CompletionStage<Void> ended = node.whenEnded();

    CoordinatedShutdown.get(guardian.system())
        .runAll(new BeethovenGuardian.AddressTaken("127.0.0.1:25520#7 beacon 127.0.0.1:33000"));

    assertThat(ended.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(guardian.starts).hasValue(1);
    assertThatThrownBy(() -> node.awaitReady(SOON))
        .isInstanceOf(BeethovenAddressTakenException.class)
        .hasMessageContaining("127.0.0.1:25520#7 beacon 127.0.0.1:33000");
  }

  @Test
  void shouldSayThatTheStartFailedWhenTheGuardianFails() {
    guardian.failing = true;

    assertThatThrownBy(() -> start("")).isInstanceOf(BeethovenStartException.class);
  }

  @Test
  void shouldNameTheSettingWhenAnAddressIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress("127.0.0.1", 0));
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> start("beethoven.node.port = " + port))
          .isInstanceOfSatisfying(
              BeethovenBindException.class,
              failure -> assertThat(failure.key()).isEqualTo("beethoven.node.port"));
      assertThatThrownBy(() -> start("beethoven.beacon.port = " + port))
          .isInstanceOf(BeethovenBindException.class)
          .hasMessageStartingWith("beethoven.beacon.port: cannot listen at 127.0.0.1:" + port);
    }
  }

  @Test
  void shouldNameTheHostWhenThisMachineHasNoSuchAddress() {
    assertThatThrownBy(
            () ->
                start(
                    "beethoven { node { host = \"192.0.2.1\", port = 4001 },"
                        + " security.mode = none }"))
        .isInstanceOf(BeethovenBindException.class)
        .hasMessageStartingWith("beethoven.node.host: cannot listen at 192.0.2.1:4001");
  }

  @Test
  void shouldRunInTheProgramsActorSystemWhenAttached() {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "mine",
            Beethoven.overlay(ConfigFactory.parseString(QUIET).withFallback(ConfigFactory.load())));
    try {
      Beethoven node = attach(system);
      assertThat(node.getRoles()).containsExactly(StandInGuardian.TICKER);

      node.close();

      assertThat(guardian.leaves).hasValue(1);
      assertThat(system.getWhenTerminated().toCompletableFuture()).isNotDone();
      assertThatThrownBy(node::getRoles).isInstanceOf(BeethovenClosedException.class);
    } finally {
      system.terminate();
    }
  }

  @Test
  void shouldEndWithoutAnotherStartWhenTheProgramsActorSystemEnds() {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "mine",
            Beethoven.overlay(ConfigFactory.parseString(QUIET).withFallback(ConfigFactory.load())));
    Beethoven node = attach(system);

    system.terminate();

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThatThrownBy(node::getRoles).isInstanceOf(BeethovenClosedException.class));
    node.close();
    assertThat(guardian.starts).hasValue(1);
  }

  @Test
  void shouldLeaveNothingBehindThatKeepsTheNextOneFromBeingAttachedWhenAStartFailed() {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "mine",
            Beethoven.overlay(ConfigFactory.parseString(QUIET).withFallback(ConfigFactory.load())));
    try {
      guardian.failing = true;
      assertThatThrownBy(() -> attach(system)).isInstanceOf(BeethovenStartException.class);
      guardian.failing = false;

      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(
              () -> {
                try (Beethoven node = attach(system)) {
                  return node.getRoles().equals(List.of(StandInGuardian.TICKER));
                }
              });
    } finally {
      system.terminate();
    }
  }

  @Test
  void shouldListWhatIsMissingWhenAttachedToAPlainActorSystem() {
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "plain");
    try {
      assertThatThrownBy(() -> Beethoven.attach(system))
          .isInstanceOfSatisfying(
              BeethovenConfigException.class,
              failure ->
                  assertThat(failure.problems())
                      .extracting(ConfigProblem::path)
                      .contains("pekko.actor.provider", "pekko.cluster.roles"));
    } finally {
      system.terminate();
    }
  }

  private Beethoven start(String lines) {
    Config merged =
        new SettingsSources(
                ConfigFactory.parseString(lines).withFallback(ConfigFactory.parseString(QUIET)),
                new Properties(),
                Map.of(),
                ConfigFactory.empty())
            .merge();
    return BeethovenBuilder.start(merged, BeethovenSettings.parse(merged), guardian::create);
  }

  private Beethoven attach(ActorSystem<?> system) {
    return BeethovenBuilder.attach(
        system, BeethovenSettings.parse(system.settings().config()), guardian::create);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
