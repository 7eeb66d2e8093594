package io.beethoven.actors.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.TestCluster;
import io.beethoven.actors.evidence.ProofRehearsal;
import io.beethoven.actors.role.InstanceRehearsal;
import io.beethoven.actors.settings.BeethovenSettings;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each ends by itself only after all that it rehearses has happened. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RehearsalsTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final ActorTestKit kit = TestCluster.kit();
  private final BeethovenSettings settings = BeethovenSettings.parse(ConfigFactory.load());

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldStartAndStopAnInstance() {
    awaitEnd(InstanceRehearsal.create(settings.role()));

    // The thread that is told of the end of the right ends by itself.
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("rehearsal")));
  }

  @Test
  void shouldProveADeath() {
    LoggingTestKit.debug("death proved peer=rehearsal-1:1")
        .expect(kit.system(), () -> awaitEnd(ProofRehearsal.create(settings.evidence())));
  }

  private Void awaitEnd(Behavior<?> rehearsal) {
    TestProbe<Void> probe = kit.createTestProbe();
    ActorRef<?> actor = kit.spawn(rehearsal);
    probe.expectTerminated(actor, LONG);
    return null;
  }
}
