package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.model.RoleName;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RoleThreadsTest {

  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  private final RoleThreads threads = new RoleThreads(new RolesRunning());

  @Test
  void shouldNameTheThreadAndLetTheProcessEndWhenItRuns() throws Exception {
    AtomicReference<Thread> ran = new AtomicReference<>();

    Thread thread =
        threads.start(
            RoleThreads.nameOf(new Slot(new RoleName("work"), 3)),
            () -> ran.set(Thread.currentThread()),
            failure -> {});
    thread.join(Duration.ofSeconds(20).toMillis());

    assertThat(ran.get()).isSameAs(thread);
    assertThat(thread.getName()).isEqualTo("beethoven-role-work-3");
    assertThat(thread.isDaemon()).isTrue();
  }

  @Test
  void shouldBeVirtualWhenTheJvmHasVirtualThreads() throws Exception {
    Thread thread = threads.start("some", () -> {}, failure -> {});

    if (Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS) {
      assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
    } else {
      assertThat(thread.getClass()).isEqualTo(Thread.class);
    }
  }

  @Test
  void shouldTellOfAnErrorWhenTheBodyThrowsOne() {
    AtomicReference<Throwable> told = new AtomicReference<>();
    Error error = new AssertionError("thrown on purpose");

    threads.start(
        "some",
        () -> {
          throw error;
        },
        told::set);

    await().atMost(Duration.ofSeconds(20)).until(() -> told.get() == error);
  }
}
