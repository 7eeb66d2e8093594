package io.beethoven.actors.beacon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.beethoven.discovery.BeaconCodec;
import io.beethoven.discovery.BeaconMessage.Armed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What hostile and broken peers can do to the beacon on TCP, and what they cannot. */
class HostilePeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String ATTACKER = "127.0.0.9";
  private static final String ACCOMPLICE = "127.0.0.8";
  private static final String HONEST = "127.0.0.2";

  private final List<RawPeer> peers = new ArrayList<>();

  @AfterEach
  void closeAll() throws IOException {
    for (RawPeer peer : peers) {
      peer.close();
    }
  }

  private RawPeer dial(Victim victim, String from) throws IOException {
    RawPeer peer = victim.dialFrom(from);
    peers.add(peer);
    return peer;
  }

  private void holdSilently(Victim victim, String from, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      dial(victim, from);
    }
  }

  private static void eventually(Runnable assertion) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion::run);
  }

  @Test
  void shouldServeAnotherAddressWhenOneHoldsAllThatItMay() throws IOException {
    try (Victim victim = new Victim(16, 4, LONG)) {
      holdSilently(victim, ATTACKER, 4);

      for (int i = 0; i < 10; i++) {
        assertThat(victim.serves(HONEST)).isTrue();
      }
      eventually(() -> assertThat(victim.open).hasValue(4));
    }
  }

  @Test
  void shouldServeTheSameAddressWhenItHoldsSilentConnections() throws IOException {
    try (Victim victim = new Victim(16, 4, Duration.ofSeconds(8))) {
      holdSilently(victim, ATTACKER, 4);

      eventually(() -> assertThat(victim.serves(ATTACKER)).isTrue());

      // Not by their deadline, which would have ended all four.
      assertThat(victim.open.get()).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void shouldServeAnybodyWhenSilentConnectionsFillItUp() throws IOException {
    try (Victim victim = new Victim(16, 8, Duration.ofSeconds(8))) {
      holdSilently(victim, ATTACKER, 8);
      holdSilently(victim, ACCOMPLICE, 8);

      eventually(() -> assertThat(victim.serves(HONEST)).isTrue());

      assertThat(victim.open.get()).isGreaterThanOrEqualTo(14);
      assertThat(victim.mostOpen.get()).isLessThanOrEqualTo(17);
    }
  }

  @Test
  void shouldServeAnybodyWhenStrangersDoNotCloseAfterTheAnswer() throws IOException {
    try (Victim victim = new Victim(16, 16, Duration.ofSeconds(8))) {
      for (int i = 0; i < 16; i++) {
        RawPeer peer = dial(victim, ATTACKER);
        peer.say(new Armed());
        peer.hear();
      }

      eventually(() -> assertThat(victim.serves(HONEST)).isTrue());
    }
  }

  @Test
  void shouldServeAnotherAddressDuringAFloodAndBeToldLittleOfIt() throws Exception {
    long filesBefore = openFiles();
    try (Victim victim = new Victim(256, 64, LONG)) {
      AtomicBoolean over = new AtomicBoolean();
      long began = System.nanoTime();
      List<Thread> flood = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Thread thread = new Thread(() -> connectAndCloseUntil(victim, over), "flood-" + i);
        thread.start();
        flood.add(thread);
      }
      long worst = 0;
      int served = 0;
      for (int i = 0; i < 100; i++) {
        long since = System.nanoTime();
        served += victim.serves(HONEST) ? 1 : 0;
        worst = Math.max(worst, System.nanoTime() - since);
      }
      over.set(true);
      for (Thread thread : flood) {
        thread.join();
      }
      double seconds = (System.nanoTime() - began) / 1e9;

      System.out.printf(
          "flood: %.1f s, taken %d, honest served %d of 100, slowest %.1f ms%n",
          seconds, victim.accepted.get(), served, worst / 1e6);
      assertThat(served).isEqualTo(100);
      assertThat(victim.accepted.get() - served)
          .isLessThanOrEqualTo((int) ((seconds + 2) * Admission.RATE_FACTOR * 64));
      assertThat(victim.mostOpen.get()).isLessThanOrEqualTo(256);
      eventually(() -> assertThat(victim.open).hasValue(0));
    }
    eventually(() -> assertThat(openFiles()).isLessThanOrEqualTo(filesBefore + 8));
  }

  private static void connectAndCloseUntil(Victim victim, AtomicBoolean over) {
    while (!over.get()) {
      try {
        victim.dialFrom(ATTACKER).reset();
      } catch (IOException e) {
        // Turned away before it could be reset: just as well.
      }
    }
  }

  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  @Test
  void shouldTakeNobodyWhileItsListenerIsBehind() throws IOException {
    try (Victim victim = new Victim(16, 16, LONG)) {
      victim.behind = true;
      for (int i = 0; i < 20; i++) {
        assertThat(dial(victim, ATTACKER).bytesUntilClosed()).isLessThanOrEqualTo(0);
      }
      assertThat(victim.accepted).hasValue(0);

      victim.behind = false;

      eventually(() -> assertThat(victim.serves(HONEST)).isTrue());
    }
  }

  @Test
  void shouldCloseWhenAStrangerTalksOnAndOn() throws IOException {
    try (Victim victim = new Victim(16, 16, LONG)) {
      victim.passive = true;
      ByteArrayOutputStream pipelined = new ByteArrayOutputStream();
      for (int i = 0; i < 500; i++) {
        pipelined.writeBytes(BeaconCodec.encode(new Armed()));
      }

      RawPeer peer = dial(victim, ATTACKER);
      peer.sayBytes(pipelined.toByteArray());

      assertThat(peer.bytesUntilClosed()).isLessThanOrEqualTo(0);
      assertThat(victim.received.get()).isLessThanOrEqualTo(TcpConnection.MAX_FRAMES_UNTIL_KEPT);
    }
  }

  @Test
  void shouldCloseWhenBytesGoOnAfterABreachAndNobodyActs() throws IOException {
    try (Victim victim = new Victim(16, 16, LONG)) {
      victim.passive = true;
      RawPeer peer = dial(victim, ATTACKER);
      peer.sayBytes(new byte[6]);
      eventually(() -> assertThat(victim.received).hasValue(1));

      eventually(() -> assertThat(canStillTalk(peer)).isFalse());

      assertThat(victim.received).hasValue(1);
      eventually(() -> assertThat(victim.open).hasValue(0));
    }
  }

  private static boolean canStillTalk(RawPeer peer) {
    try {
      peer.sayBytes(new byte[16 * 1024]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldTimeOutWhenAHelloDripsInForEver() throws IOException {
    try (Victim victim = new Victim(16, 16, Duration.ofMillis(300))) {
      RawPeer peer = dial(victim, ATTACKER);
      peer.sayBytes((byte) 0xBE, (byte) 0xE7, (byte) 1, (byte) 1, (byte) 2, (byte) 0);

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !canSayOneByte(peer));

      assertThat(victim.received).hasValue(0);
      eventually(() -> assertThat(victim.open).hasValue(0));
    }
  }

  private static boolean canSayOneByte(RawPeer peer) {
    try {
      peer.sayBytes((byte) 0);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
