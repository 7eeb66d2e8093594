package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.role.RoleInstance.Changed;
import io.beethoven.actors.role.RoleInstance.Stopped;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.grant.Moment;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.model.Epoch;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LogCapturingExtension;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** An instance whose right ends before it is told to stop. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LogCapturingExtension.class)
class RoleInstanceTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Slot SLOT = new Slot(new RoleName("work"), 0);
  private static final RoleSpec ONE_SHOT =
      new RoleSpec(
          SLOT.role(),
          1,
          Map.of(),
          Readiness.ON_START,
          true,
          LONG,
          LONG,
          HandOver.STOP_FIRST,
          true);

  private final ActorTestKit kit = ActorTestKit.create();
  private final Moment now = new Moment(0, Instant.EPOCH);
  private final LeaseView lease = new LeaseView(() -> now);
  private final AtomicInteger starts = new AtomicInteger();

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldNeitherHaveFailedNorDoneItsWorkWhenItEndsWithTheLease() {
    TestProbe<RoleInstance.Event> server = kit.createTestProbe();
    lease.set(Optional.of(now.plus(LONG)));
    ActorRef<RoleInstance.Command> instance = kit.spawn(RoleInstance.create(setup(), server.ref()));
    server.expectMessage(LONG, new Changed(SLOT, InstanceState.RUNNING));

    LoggingTestKit.warn("role failed")
        .withOccurrences(0)
        .expect(
            kit.system(),
            () -> {
              lease.set(Optional.empty());
              server.expectMessage(LONG, new Changed(SLOT, InstanceState.RESTARTING));
              server.expectNoMessage(Duration.ofMillis(100));
              assertThat(starts).as("not without the right").hasValue(1);
              return null;
            });

    lease.set(Optional.of(now.plus(LONG)));
    server.expectMessage(LONG, new Changed(SLOT, InstanceState.STARTING));
    server.expectMessage(LONG, new Changed(SLOT, InstanceState.RUNNING));
    instance.tell(RoleInstance.Stop.INSTANCE);
    server.expectMessage(LONG, new Stopped(SLOT));
  }

  private RoleInstance.Setup setup() {
    return new RoleInstance.Setup(
        SLOT,
        new NodeId("127.0.0.1", 25520),
        ONE_SHOT,
        RoleImplementation.task(
            () ->
                context -> {
                  starts.incrementAndGet();
                  while (context.isGranted()) {
                    TimeUnit.MILLISECONDS.sleep(1);
                  }
                }),
        new RightState(new Token(new Epoch(1, 1), 1), lease),
        new RoleThreads(new RolesRunning()),
        BeethovenSettings.parse(
                ConfigFactory.parseString("beethoven.role.restart-backoff-min = 10ms")
                    .withFallback(ConfigFactory.load()))
            .role());
  }
}
