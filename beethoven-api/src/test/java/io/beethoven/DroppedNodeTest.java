package io.beethoven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.evidence.DeadRegistry;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node that the cluster drops again and again, and that comes back in the same process. */
@Tag("slow")
class DroppedNodeTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final NodeId FIRST = new NodeId("127.0.0.41", 24141);
  private static final NodeId SECOND = new NodeId("127.0.0.42", 24141);
  private static final String NAME = "dropped-test";
  private static final int DROPS = 6;

  /** Dispatchers start and end threads as they need them, and connections come and go. */
  private static final int THREADS_OF_ONE_SYSTEM = 30;

  private static final int SLACK = 8;

  private final List<Beethoven> nodes = new ArrayList<>();
  private final AtomicReference<ActorSystem<?>> current = new AtomicReference<>();
  private final AtomicReference<ActorSystem<?>> staying = new AtomicReference<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(Beethoven::close);
  }

  @Test
  void shouldLeaveNothingBehindWhenTheClusterDropsItAgainAndAgain() {
    Beethoven first = start(FIRST, staying);
    Beethoven second = start(SECOND, current);
    awaitBoth(first, second);
    List<WeakReference<?>> former = new ArrayList<>();
    // What the first drop loads and starts for good counts as being there before.
    former.addAll(drop(first, second));
    long sockets = sockets();
    long threads = threads();

    for (int i = 1; i < DROPS; i++) {
      former.addAll(drop(first, second));
    }

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(former.stream().map(WeakReference::get).filter(Objects::nonNull))
                  .as("actor systems of former lives, and keys of their registries of the dead")
                  .isEmpty();
              assertThat(sockets()).as("open sockets").isLessThanOrEqualTo(sockets + SLACK);
              assertThat(threads())
                  .as("threads of actor systems and beacons")
                  .isLessThanOrEqualTo(threads + SLACK)
                  .isLessThan(2L * THREADS_OF_ONE_SYSTEM);
              assertThat(DeadRegistry.of(staying.get()).isFlagged(SECOND)).isFalse();
            });
    assertThat(first.getClusterNodes()).hasSize(2);
  }

  private List<WeakReference<?>> drop(Beethoven first, Beethoven second) {
    ActorSystem<?> before = current.getAndSet(null);
    Cluster cluster = Cluster.get(before);
    cluster.manager().tell(new Down(cluster.selfMember().address()));
    await().atMost(LIMIT).until(() -> current.get() != null);
    awaitBoth(first, second);
    return List.of(
        new WeakReference<>(before), new WeakReference<>(Adapter.toClassic(before).eventStream()));
  }

  private Beethoven start(NodeId self, AtomicReference<ActorSystem<?>> shown) {
    Beethoven node =
        Beethoven.builder()
            .name(NAME)
            .subnet("127.0.0.40/29")
            .host(self.host())
            .port(self.port())
            .beaconPort(24142)
            .set("control.enabled", false)
            .set("state.enabled", false)
            .set("lifecycle.restart-backoff-min", "10ms")
            .set("lifecycle.restart-backoff-max", "10ms")
            .role(Role.task("wide", context -> Thread.sleep(Long.MAX_VALUE)).count(2))
            .role(
                Role.behavior(
                        "shown",
                        context ->
                            Behaviors.setup(
                                actor -> {
                                  shown.set(actor.getSystem());
                                  return Behaviors.empty();
                                }))
                    .count(2))
            .start();
    nodes.add(node);
    return node;
  }

  private static void awaitBoth(Beethoven... members) {
    for (Beethoven node : members) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                assertThat(node.getActiveNodes()).containsExactly(FIRST, SECOND);
                assertThat(node.whoIsHosting("wide")).containsExactly(FIRST, SECOND);
                assertThat(node.isReady()).isTrue();
              });
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(NAME) || name.contains("beacon") || name.contains("role"))
        .count();
  }

  private static long sockets() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(DroppedNodeTest::isSocket).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
