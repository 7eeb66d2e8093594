package io.beethoven.actors;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.control.ControlHandler.Subscription;
import io.beethoven.actors.control.NodeReport;
import io.beethoven.actors.membership.SnapshotHolder;
import io.beethoven.actors.membership.Snapshots;
import io.beethoven.actors.protocol.GuardianRequest.Leave;
import io.beethoven.actors.protocol.GuardianRequest.Subscribe;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardianControlTest {

  private static final NodeId NODE = new NodeId("127.0.0.1", 25520);

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<BeethovenGuardian.Command> guardian =
      kit.createTestProbe(BeethovenGuardian.Command.class);
  private final SnapshotHolder snapshots = new SnapshotHolder();
  private final GuardianControl control =
      new GuardianControl("here", snapshots, kit.system(), guardian.ref());

  @AfterEach
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void shouldReportTheNewestSnapshot() {
    ClusterSnapshot snapshot =
        new ClusterSnapshot(
            NODE, ClusterMode.STANDALONE, List.of(), List.of(), List.of(), Optional.empty(), true);
    Snapshots.publish(snapshots, snapshot);

    assertThat(control.report().toCompletableFuture().join())
        .isEqualTo(new NodeReport("here", ProcessHandle.current().pid(), snapshot));
  }

  @Test
  void shouldAskTheGuardianToLeave() {
    assertThat(control.leave().toCompletableFuture().join()).isEqualTo(Done.getInstance());

    guardian.expectMessageClass(Leave.class);
  }

  @Test
  void shouldHandEventsToTheListenerUntilClosed() throws InterruptedException {
    BlockingQueue<ClusterEvent> heard = new LinkedBlockingQueue<>();
    ClusterEvent event = new NodeOnline(NODE, Instant.EPOCH);

    Subscription first = control.subscribe(heard::add);
    ActorRef<ClusterEvent> subscriber = guardian.expectMessageClass(Subscribe.class).subscriber();
    subscriber.tell(event);
    assertThat(heard.poll(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(event);

    first.close();
    first.close();
    guardian.expectTerminated(subscriber);
    try (Subscription second = control.subscribe(heard::add)) {
      assertThat(guardian.expectMessageClass(Subscribe.class).subscriber())
          .isNotEqualTo(subscriber);
      assertThat(second).isNotNull();
    }
  }
}
