package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.actors.beacon.BeaconInquirer.Bounds;
import io.beethoven.diagnosis.AddressFacts;
import io.beethoven.diagnosis.AddressFacts.Answer;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage;
import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.BeaconMessage.Inquiry;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.Standing;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BeaconInquirerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Endpoint BEACON = new Endpoint("127.0.0.2", 33000);
  private static final Identity NODE =
      new Identity(
          "shop",
          "system",
          new Incarnation(new NodeId("127.0.0.2", 25520), 7),
          BEACON,
          Agreement.NONE);

  private final ExecutorService peer = Executors.newSingleThreadExecutor();
  private final List<AddressFacts> found = new ArrayList<>();

  /** What a scripted peer does with the one connection that it takes. */
  @FunctionalInterface
  private interface Script {
    void play(RawPeer caller) throws IOException;
  }

  @AfterEach
  void endPeer() {
    peer.shutdownNow();
  }

  private Answer ask(Duration helloTimeout, Script script)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.2"))) {
      Future<?> played =
          peer.submit(
              () -> {
                try (Socket socket = server.accept();
                    RawPeer caller = new RawPeer(socket)) {
                  script.play(caller);
                }
                return null;
              });
      ask(helloTimeout, Candidates.of(List.of(new Endpoint("127.0.0.2", server.getLocalPort()))));
      played.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(found).hasSize(1);
    assertThat(found.get(0).cluster()).isEqualTo("shop");
    return found.get(0).answer();
  }

  private void ask(Duration helloTimeout, Candidates candidates) throws IOException {
    Bounds bounds = new Bounds(64, 10_000, PATIENCE, helloTimeout);
    try (BeaconInquirer inquirer = new BeaconInquirer("shop", "127.0.0.1", bounds, found::add)) {
      inquirer.ask(candidates);
    }
  }

  private static BeaconMessage answerOf(RawPeer caller, Instant clock) throws IOException {
    return NODE.answer((Inquiry) caller.hear(), Standing.SEEKING, clock);
  }

  @Test
  void shouldTellWhoAnswersAndHowItsClockDiffers() throws Exception {
    Answer answer =
        ask(PATIENCE, caller -> caller.say(answerOf(caller, Instant.now().plusSeconds(100))));

    AddressFacts.Node node = (AddressFacts.Node) answer;
    Disclosure theirs = node.node();
    assertThat(theirs.node()).isEqualTo(NODE.node());
    assertThat(theirs.standing()).isEqualTo(Standing.SEEKING);
    assertThat(node.skew().minusSeconds(100).abs()).isLessThanOrEqualTo(node.error());
    assertThat(node.error()).isLessThan(PATIENCE);
  }

  @Test
  void shouldTakeAnAnswerInPieces() throws Exception {
    Answer answer =
        ask(
            PATIENCE,
            caller -> {
              for (byte each : BeaconCodec.encode(answerOf(caller, Instant.EPOCH))) {
                caller.sayBytes(each);
              }
            });

    assertThat(answer).isInstanceOf(AddressFacts.Node.class);
  }

  @Test
  void shouldNameTheOtherCluster() throws Exception {
    Identity other =
        new Identity(
            "bank",
            "system",
            new Incarnation(new NodeId("127.0.0.2", 25520), 7),
            BEACON,
            Agreement.NONE);

    assertThat(
            ask(
                PATIENCE,
                caller ->
                    caller.say(
                        other.answer((Inquiry) caller.hear(), Standing.SEEKING, Instant.EPOCH))))
        .isEqualTo(new AddressFacts.OtherCluster("bank"));
  }

  @Test
  void shouldNameTheOtherVersion() throws Exception {
    assertThat(
            ask(
                PATIENCE,
                caller -> {
                  byte[] frame = BeaconCodec.encode(answerOf(caller, Instant.EPOCH));
                  frame[2] = 9;
                  caller.sayBytes(frame);
                }))
        .isEqualTo(new AddressFacts.OtherVersion("9"));
  }

  @Test
  void shouldTellWhatIsNoBeacon() throws Exception {
    assertThat(
            ask(
                PATIENCE,
                caller -> {
                  caller.hear();
                  caller.sayBytes("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
                }))
        .isEqualTo(new AddressFacts.NoBeacon());
    found.clear();
    assertThat(ask(PATIENCE, RawPeer::hear)).isEqualTo(new AddressFacts.NoBeacon());
  }

  @Test
  void shouldNotWaitLongForOneThatSaysNothing() throws Exception {
    assertThat(
            ask(
                Duration.ofMillis(50),
                caller -> {
                  caller.hear();
                  assertThat(caller.bytesUntilClosed()).isLessThanOrEqualTo(0);
                }))
        .isEqualTo(new AddressFacts.Mute());
  }

  @Test
  void shouldTellOfEachAddressOnceWhenMoreAreAskedThanAtOnce() throws Exception {
    List<Endpoint> targets = new ArrayList<>();
    try (Socket closed = new Socket()) {
      closed.bind(null);
      for (int i = 0; i < 300; i++) {
        targets.add(
            new Endpoint("127.0." + (1 + i / 200) + "." + (1 + i % 200), closed.getLocalPort()));
      }
      ask(PATIENCE, Candidates.of(targets));
    }

    assertThat(found).extracting(AddressFacts::at).containsExactlyInAnyOrderElementsOf(targets);
    assertThat(found)
        .allSatisfy(each -> assertThat(each.answer()).isEqualTo(new AddressFacts.Refused()));
  }

  @Test
  void shouldSayWhyAnAddressCannotBeDialled() throws Exception {
    ask(PATIENCE, Candidates.of(List.of(new Endpoint("example.invalid", 33000))));

    assertThat(found).hasSize(1);
    assertThat(found.get(0).answer()).isInstanceOf(AddressFacts.Failed.class);
  }
}
