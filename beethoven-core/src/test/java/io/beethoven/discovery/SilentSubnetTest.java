package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.beethoven.discovery.SeekEffect.CollectCandidates;
import io.beethoven.discovery.SeekEffect.PassEnded;
import io.beethoven.discovery.SeekEffect.Probe;
import io.beethoven.discovery.SeekEffect.StayStandalone;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A node alone in a subnet where nobody answers, in virtual time and with the default figures. */
class SilentSubnetTest {

  private static final Duration SILENCE = Duration.ofMillis(250);
  private static final ProbeLimits LIMITS = new ProbeLimits(512, 1900, 128);

  /** What the timer of an actor is late by. */
  private static final Duration TIMER_LATE = Duration.ofMillis(10);

  private record Sent(Instant at, Endpoint target) {}

  private final List<Sent> sent = new ArrayList<>();
  private final Deque<Sent> inFlight = new ArrayDeque<>();
  private final List<PassEnded> ended = new ArrayList<>();
  private final List<Instant> passes = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private int mostInFlight;
  private long passBytes;
  private boolean standalone;

  private static SeekPolicy policy() {
    SeekPolicy quick = SeekSimulation.POLICY;
    return new SeekPolicy(
        LIMITS,
        SILENCE,
        quick.helloTimeout(),
        1,
        quick.backoffMin(),
        quick.backoffMax(),
        quick.settle(),
        quick.slowPassMin(),
        quick.slowPassMax(),
        quick.recheck(),
        quick.formationTimeout(),
        quick.joinTimeout(),
        quick.islandRepeat());
  }

  /** Runs one pass and returns how long it took. */
  private Duration pass(String subnet, String self) {
    Candidates candidates = Candidates.of(Subnet.parse(subnet), 33000);
    Seeker seeker =
        new Seeker(
            new Incarnation(new NodeId(self, 25520), 1),
            new Endpoint(self, 33000),
            policy(),
            new SplittableRandom(1));
    apply(seeker, candidates, seeker.start(now));
    while (!standalone) {
      Instant wake = seeker.wakeAt().orElseThrow().plus(TIMER_LATE);
      Sent first = inFlight.peek();
      if (first != null && first.at.plus(SILENCE).isBefore(wake)) {
        inFlight.remove();
        now = first.at.plus(SILENCE);
        apply(seeker, candidates, seeker.onFinding(now, first.target, new Finding.Silent()));
      } else {
        now = wake;
        apply(seeker, candidates, seeker.onWake(now));
      }
    }
    Instant last = sent.isEmpty() ? passes.get(0) : sent.get(sent.size() - 1).at.plus(SILENCE);
    return Duration.between(passes.get(0), last);
  }

  private void apply(Seeker seeker, Candidates candidates, List<SeekEffect> effects) {
    for (SeekEffect effect : effects) {
      if (effect instanceof CollectCandidates) {
        passes.add(now);
        long before = allocatedBytes();
        List<SeekEffect> next = seeker.onCandidates(now, candidates);
        passBytes = Math.max(passBytes, allocatedBytes() - before);
        apply(seeker, candidates, next);
      } else if (effect instanceof Probe probe) {
        Sent probed = new Sent(now, probe.target());
        sent.add(probed);
        inFlight.add(probed);
        mostInFlight = Math.max(mostInFlight, inFlight.size());
      } else if (effect instanceof PassEnded pass) {
        ended.add(pass);
      } else if (effect instanceof StayStandalone) {
        standalone = true;
      }
    }
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  /** Returns the most probes that were sent within so much time. */
  private int mostWithin(Duration window) {
    int most = 0;
    int begin = 0;
    for (int end = 0; end < sent.size(); end++) {
      while (!sent.get(begin).at.plus(window).isAfter(sent.get(end).at)) {
        begin++;
      }
      most = Math.max(most, end - begin + 1);
    }
    return most;
  }

  private Set<Endpoint> targets() {
    Set<Endpoint> targets = new HashSet<>();
    sent.forEach(probed -> targets.add(probed.target));
    return targets;
  }

  @Test
  void shouldTakeThirtyFiveSecondsWithinItsLimitsWhenTheSubnetIsASixteen() {
    Duration took = pass("10.7.0.0/16", "10.7.1.2");

    assertThat(took).isBetween(Duration.ofSeconds(34), Duration.ofSeconds(36));
    assertThat(sent).hasSize(65_533);
    assertThat(targets())
        .hasSize(65_533)
        .doesNotContain(
            new Endpoint("10.7.0.0", 33000),
            new Endpoint("10.7.255.255", 33000),
            new Endpoint("10.7.1.2", 33000));
    assertThat(mostInFlight).isLessThanOrEqualTo(LIMITS.maxInFlight());
    assertThat(mostWithin(Duration.ofNanos(1))).isLessThanOrEqualTo(LIMITS.burst());
    assertThat(mostWithin(Duration.ofSeconds(1)))
        .isLessThanOrEqualTo(LIMITS.perSecond() + LIMITS.burst());
    // The order of 65,534 hosts as numbers takes 256 KiB; as a list of endpoints it would be 4 MiB.
    assertThat(passBytes).isLessThan(1 << 20);
  }

  @Test
  void shouldTakeAThirdOfASecondWhenTheSubnetIsATwentyFour() {
    Duration took = pass("10.7.3.0/24", "10.7.3.9");

    assertThat(took).isBetween(Duration.ofMillis(310), Duration.ofMillis(350));
    assertThat(targets()).hasSize(253);
    assertThat(ended).containsExactly(new PassEnded(1, 253, took));
  }

  @Test
  void shouldProbeOnlyTheOtherHostWhenTheSubnetIsAThirtyOne() {
    pass("10.7.3.8/31", "10.7.3.9");

    assertThat(targets()).containsExactly(new Endpoint("10.7.3.8", 33000));
  }

  @Test
  void shouldProbeNobodyWhenTheSubnetIsItsOwnAddress() {
    assertThat(pass("10.7.3.9/32", "10.7.3.9")).isZero();

    assertThat(sent).isEmpty();
    assertThat(now).isBefore(Instant.EPOCH.plusSeconds(1));
  }

  @Test
  void shouldProbeTheHostsOfTheMaskWhenTheSubnetIsNotMasked() {
    pass("10.0.0.5/29", "10.0.0.5");

    assertThat(targets())
        .extracting(Endpoint::host)
        .containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.6");
  }
}
