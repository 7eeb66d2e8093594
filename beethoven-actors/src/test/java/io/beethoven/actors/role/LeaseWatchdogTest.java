package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.grant.Moment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaseWatchdogTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TERM = Duration.ofMillis(150);

  private final LeaseView lease = new LeaseView(LeaseClock.SYSTEM);
  private final LeaseWatchdog watchdog = new LeaseWatchdog(lease);
  private final BlockingQueue<Moment> ended = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> threads = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    watchdog.close();
  }

  private Moment extend(Duration term) {
    Moment end = lease.now().plus(term);
    lease.set(Optional.of(end));
    watchdog.wake();
    return end;
  }

  private void note() {
    threads.add(Thread.currentThread().getName());
    ended.add(lease.now());
  }

  @Test
  void shouldActByItselfWhenTheLeaseEnds() throws InterruptedException {
    Moment end = extend(TERM);
    lease.whenEnded(this::note);
    watchdog.wake();

    Moment acted = ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    assertThat(acted).isNotNull();
    assertThat(acted.since(end)).isBetween(Duration.ZERO, Duration.ofSeconds(1));
    assertThat(threads.take()).isEqualTo("beethoven-lease-watchdog");
  }

  @Test
  void shouldActInTimeWhenNobodyWatchedWhileTheLeaseWasSet() throws InterruptedException {
    Moment end = extend(TERM);
    await().pollDelay(Duration.ofMillis(30)).until(() -> true);

    lease.whenEnded(this::note);

    Moment acted = ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(acted).isNotNull();
    assertThat(acted.since(end)).isBetween(Duration.ZERO, Duration.ofMillis(500));
  }

  @Test
  void shouldNotActWhileTheLeaseIsExtended() {
    extend(TERM);
    lease.whenEnded(this::note);
    long begin = System.nanoTime();

    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(
            () -> {
              extend(Duration.ofSeconds(5));
              return System.nanoTime() - begin > TERM.multipliedBy(2).toNanos();
            });

    assertThat(ended).isEmpty();
    lease.set(Optional.empty());
    watchdog.wake();
    await().atMost(PATIENCE).until(() -> !ended.isEmpty());
  }

  @Test
  void shouldGoOnWhenAnActionFails() throws InterruptedException {
    CountDownLatch failed = new CountDownLatch(1);
    lease.whenEnded(
        () -> {
          failed.countDown();
          throw new IllegalStateException("thrown by a test");
        });
    watchdog.wake();
    assertThat(failed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    extend(TERM);
    lease.whenEnded(this::note);
    watchdog.wake();

    await().atMost(PATIENCE).until(() -> !ended.isEmpty());
  }

  @Test
  void shouldEndItsThreadWhenItIsClosed() {
    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(each -> each.getName().equals("beethoven-lease-watchdog"))
            .filter(Thread::isAlive)
            .reduce((first, second) -> first.getId() > second.getId() ? first : second)
            .orElseThrow();
    assertThat(thread.isDaemon()).isTrue();

    watchdog.close();

    await().atMost(PATIENCE).until(() -> !thread.isAlive());
  }
}
