package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.beacon.BeaconServer.PeerSeen;
import io.beethoven.actors.beacon.TransportEvent.Accepted;
import io.beethoven.actors.beacon.TransportEvent.Received;
import io.beethoven.actors.settings.BeaconSettings;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.BeaconMessage.Refusal;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.FrameDecoder.Decoded;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More hellos than the one who is told of them could judge. */
class HelloFloodTest {

  private static final Endpoint AT = new Endpoint("127.0.0.3", 33_000);
  private static final int MANY = 3 * BeaconServer.MAX_HELLOS_PER_SECOND;

  private final ActorTestKit kit = ActorTestKit.create();
  private final AtomicReference<BeaconTransport.Listener> listener = new AtomicReference<>();
  private final List<BeaconMessage> sent = new CopyOnWriteArrayList<>();

  @AfterEach
  void shutDown() {
    kit.shutdownTestKit();
  }

  /** A transport that only takes down what is sent. */
  private BeaconTransport transport() {
    return (BeaconTransport)
        Proxy.newProxyInstance(
            BeaconTransport.class.getClassLoader(),
            new Class<?>[] {BeaconTransport.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "local", "closedPort" -> AT;
                  case "start" -> {
                    listener.set((BeaconTransport.Listener) arguments[0]);
                    yield null;
                  }
                  case "send" -> {
                    sent.add((BeaconMessage) arguments[1]);
                    yield null;
                  }
                  case "dial" -> 0L;
                  default -> null;
                });
  }

  private static Identity node(int number) {
    return new Identity(
        "demo",
        "system",
        new Incarnation(new NodeId("127.0.0.9", 20_000 + number), number),
        new Endpoint("127.0.0.9", 33_000),
        Agreement.NONE);
  }

  @Test
  void shouldAnswerAndTellOfNoMoreThanItsBoundAndSayTooManyToTheRest() {
    TestProbe<PeerSeen> seen = kit.createTestProbe();
    ActorRef<BeaconServer.Command> beacon =
        kit.spawn(
            BeaconServer.create(
                new BeaconServer.Setup(
                    node(40_000),
                    new BeaconSettings(AT, 1024, 64, Duration.ofSeconds(3), Duration.ofSeconds(1)),
                    Standing.SEEKING,
                    transport(),
                    Runnable::run,
                    kit.<BeaconServer.BeaconFailed>createTestProbe().getRef(),
                    kit.system().ignoreRef())));
    beacon.tell(new BeaconServer.Subscribe(seen.getRef()));
    Awaitility.await().until(() -> listener.get() != null);
    long began = System.nanoTime();

    for (int i = 1; i <= MANY; i++) {
      Hello hello = node(i).hello(Purpose.PROBE, Standing.SEEKING, AT, AT);
      listener.get().onEvent(new Accepted(i, AT, AT));
      listener.get().onEvent(new Received(i, new Decoded(hello)));
    }

    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> sent.size() == MANY);
    double seconds = (System.nanoTime() - began) / 1e9;
    long answered = sent.stream().filter(Hello.class::isInstance).count();
    assertThat((double) answered)
        .isLessThanOrEqualTo(BeaconServer.MAX_HELLOS_PER_SECOND * (1 + seconds) + 1);
    assertThat(sent)
        .filteredOn(Refusal.class::isInstance)
        .allSatisfy(
            each -> assertThat(((Refusal) each).reason()).isEqualTo(RefusalReason.TOO_MANY));
    // Whoever was answered was told of, and nobody else.
    seen.receiveSeveralMessages((int) answered, Duration.ofSeconds(30));
    seen.expectNoMessage(Duration.ofMillis(50));
  }
}
