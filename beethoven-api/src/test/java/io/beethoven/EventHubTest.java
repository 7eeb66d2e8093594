package io.beethoven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.ModeChanged;
import io.beethoven.model.ClusterMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventHubTest {

  private static final int CAPACITY = 16;
  private static final Duration ONE_MILLI = Duration.ofMillis(1);

  private final EventHub hub = new EventHub(CAPACITY);
  private final List<ClusterEvent> heard = new CopyOnWriteArrayList<>();

  @Test
  void shouldDeliverInOrderOnANamedThreadWhenEventsArePublished() {
    List<String> threads = new CopyOnWriteArrayList<>();
    try (Subscription subscription = hub.subscribe(heard::add);
        Subscription other = hub.subscribe(e -> threads.add(Thread.currentThread().getName()))) {
      publish(0, 10);

      await().until(() -> heard.size() == 10 && threads.size() == 10);
      assertThat(heard).isEqualTo(events(0, 10));
      assertThat(threads).allMatch(name -> name.startsWith("beethoven-subscriber-"));
      assertThat(subscription).isNotSameAs(other);
    }
  }

  @Test
  void shouldGoOnWhenASubscriberThrows() {
    try (Subscription subscription =
        hub.subscribe(
            event -> {
              heard.add(event);
              throw new IllegalStateException("told to fail");
            })) {
      publish(0, 3);

      await().until(() -> heard.size() == 3);
      assertThat(subscription).isNotNull();
    }
  }

  @Test
  void shouldDropTheOldestAndServeOthersWhenASubscriberIsStuck() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    List<ClusterEvent> late = new CopyOnWriteArrayList<>();
    try (Subscription slow =
            hub.subscribe(
                event -> {
                  late.add(event);
                  entered.countDown();
                  awaitQuietly(stuck);
                });
        Subscription quick = hub.subscribe(heard::add)) {
      publish(0, 1);
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 1; i <= 100; i++) {
        int sent = i + 1;
        publish(i, i + 1);
        await().pollDelay(Duration.ZERO).pollInterval(ONE_MILLI).until(() -> heard.size() == sent);
      }
      stuck.countDown();

      await().until(() -> late.size() == CAPACITY + 1);
      assertThat(late).startsWith(event(0)).endsWith(event(100)).contains(event(85));
      assertThat(slow).isNotSameAs(quick);
    }
  }

  @Test
  void shouldDeliverNoMoreWhenClosed() {
    Subscription subscription = hub.subscribe(heard::add);
    publish(0, 1);
    await().until(() -> heard.size() == 1);

    subscription.close();
    subscription.close();
    try (Subscription other = hub.subscribe(heard::add)) {
      publish(1, 2);
      await().until(() -> heard.size() == 2);
      assertThat(other).isNotNull();
    }
    hub.close();

    await().untilAsserted(() -> assertNoThreads());
    assertThat(heard).hasSize(2);

    hub.subscribe(heard::add).close();
    hub.subscribe(heard::add);
    await().untilAsserted(() -> assertNoThreads());
  }

  private static void assertNoThreads() {
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("beethoven-subscriber-"));
  }

  @Test
  void shouldGoOnWhenASubscriberFailsByAnAssertion() {
    try (Subscription subscription =
        hub.subscribe(
            event -> {
              heard.add(event);
              throw new AssertionError("told to fail");
            })) {
      publish(0, 2);

      await().until(() -> heard.size() == 2);
      assertThat(subscription).isNotNull();
    }
  }

  private void publish(int from, int to) {
    events(from, to).forEach(hub::publish);
  }

  private static List<ClusterEvent> events(int from, int to) {
    return IntStream.range(from, to).boxed().flatMap(i -> Stream.of(event(i))).toList();
  }

  private static ClusterEvent event(int number) {
    return new ModeChanged(ClusterMode.CLUSTERED, Instant.ofEpochSecond(number));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
