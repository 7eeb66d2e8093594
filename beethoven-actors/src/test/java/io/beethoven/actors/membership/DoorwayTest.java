package io.beethoven.actors.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.beethoven.actors.TestCluster;
import io.beethoven.actors.UnhandledMessages;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.CoreMessage.AddressRefused;
import io.beethoven.actors.protocol.CoreMessage.CompareRows;
import io.beethoven.actors.protocol.CoreMessage.Introduce;
import io.beethoven.actors.protocol.CoreMessage.RowsChanged;
import io.beethoven.actors.protocol.CoreMessage.TablePublished;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.protocol.IslandMessage;
import io.beethoven.actors.protocol.RoleServerMessage;
import io.beethoven.discovery.Endpoint;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleTable;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.InvalidActorNameException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DoorwayTest {

  private final ActorTestKit here = TestCluster.kit();
  private final ActorTestKit there = TestCluster.kit();
  private final UnhandledMessages unhandled = UnhandledMessages.of(there);
  private final TestProbe<CoreMessage> core = there.createTestProbe(CoreMessage.class);
  private final NodeId node = TestCluster.self(there.system()).node();

  @BeforeEach
  void open() {
    Doorway.open(there.system(), core.ref());
  }

  @AfterEach
  void stopSystems() {
    unhandled.assertNone();
    here.shutdownTestKit();
    there.shutdownTestKit();
  }

  @Test
  void shouldHandOnWhateverComesFromAnotherNode() {
    ActorRef<CoreMessage> doorway = Doorway.of(here.system(), node);
    Introduction introduction =
        new Introduction(
            TestCluster.self(here.system()),
            new Endpoint("127.0.0.1", 33000),
            here.<CoreMessage>createTestProbe().ref(),
            here.<RoleServerMessage>createTestProbe().ref());
    List<CoreMessage> messages =
        List.of(
            new Introduce(introduction, true),
            new RowsChanged(List.of()),
            new CompareRows(5, introduction.core()),
            new AddressRefused(introduction.node(), "one", introduction.node(), "another"),
            new TablePublished(RoleTable.EMPTY),
            new IslandMessage.Promised(introduction.node(), Duration.ZERO));

    messages.forEach(doorway::tell);

    List<Class<?>> arrived =
        messages.stream().<Class<?>>map(sent -> core.receiveMessage().getClass()).toList();
    assertThat(arrived).isEqualTo(messages.stream().map(Object::getClass).toList());
    assertThat(CoreMessage.class.getPermittedSubclasses())
        .allMatch(kind -> arrived.stream().anyMatch(kind::isAssignableFrom));
  }

  @Test
  void shouldRefuseASecondDoorwayInTheSameSystem() {
    assertThatThrownBy(() -> Doorway.open(there.system(), core.ref()))
        .isInstanceOf(InvalidActorNameException.class);
  }

  @Test
  void shouldCloseWhenTheCoreEnds() {
    ActorRef<CoreMessage> doorway = Doorway.of(here.system(), node);
    ActorRef<CoreMessage> next = there.spawn(Behaviors.ignore());

    core.stop();

    await()
        .atMost(TestCluster.PATIENCE)
        .ignoreExceptionsInstanceOf(InvalidActorNameException.class)
        .until(
            () -> {
              Doorway.open(there.system(), next);
              return true;
            });
    doorway.tell(new RowsChanged(List.of()));
    core.expectNoMessage();
  }
}
