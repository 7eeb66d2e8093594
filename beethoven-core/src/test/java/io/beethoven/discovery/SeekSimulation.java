package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Several seekers in virtual time with beacons, a network and guardians that only the seed
 * determines. A beacon answers and hands calls on in the order that {@code BeaconServer} promises;
 * a stalled process does nothing while its kernel still accepts connections.
 */
final class SeekSimulation {

  /** How an execution is disturbed. */
  record Weather(
      boolean skipConfirmation,
      int crashes,
      Duration longestStall,
      Duration startSpread,
      int mostNodes) {}

  static final SeekPolicy POLICY =
      new SeekPolicy(
          new ProbeLimits(8, 1900, 128),
          Duration.ofMillis(250),
          Duration.ofSeconds(3),
          3,
          Duration.ofMillis(150),
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMillis(150),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMinutes(5));

  private static final long MILLI = 1_000_000;
  private static final long END = Duration.ofMinutes(10).toNanos();
  private static final Subnet SUBNET = Subnet.parse("10.0.0.0/27");
  private static final int PORT = 33000;

  private record Event(long at, long order, Runnable action) {}

  private final SplittableRandom random;
  private final Weather weather;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<Endpoint, Node> byBeacon = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Endpoint, Boolean> silent = new HashMap<>();
  private long now;
  private long order;

  /**
   * What an execution came to.
   *
   * @param stoodAlone nodes that ran roles alone for a while
   * @param startedTwice nodes that began to run roles by forming while a peer that they knew ran
   *     its own alone
   */
  record Outcome(
      int nodes,
      int formed,
      long clusters,
      boolean allClustered,
      int stoodAlone,
      int startedTwice,
      Duration took,
      String story) {}

  SeekSimulation(long seed, Weather weather) {
    this.random = new SplittableRandom(seed);
    this.weather = weather;
  }

  Outcome run() {
    int count = 2 + random.nextInt(weather.mostNodes - 1);
    List<Endpoint> places = new ArrayList<>();
    for (int i = 0; i < SUBNET.size(); i++) {
      places.add(Candidates.of(SUBNET, PORT).at(i));
    }
    double silentShare = random.nextDouble() < 0.3 ? 0 : random.nextDouble();
    places.forEach(place -> silent.put(place, random.nextDouble() < silentShare));
    for (int i = 0; i < count; i++) {
      Endpoint place = places.remove(random.nextInt(places.size()));
      Node node = new Node(place);
      nodes.add(node);
      byBeacon.put(place, node);
      at(randomNanos(weather.startSpread), node::start);
    }
    for (int i = 0; i < weather.crashes; i++) {
      Node victim = nodes.get(random.nextInt(nodes.size()));
      at(randomNanos(Duration.ofSeconds(6)), () -> victim.crashed = true);
    }
    while (!events.isEmpty() && now < END && !isDone()) {
      Event event = events.poll();
      now = event.at;
      event.action.run();
    }
    List<Node> living = living();
    return new Outcome(
        count,
        (int) nodes.stream().filter(node -> node.formed).count(),
        living.stream().map(node -> node.standing.clusterId()).distinct().count(),
        living.stream().allMatch(node -> node.standing.phase() == Phase.CLUSTERED),
        (int) nodes.stream().filter(node -> node.stoodAlone).count(),
        (int) nodes.stream().filter(node -> node.startedTwice).count(),
        Duration.ofNanos(now),
        living.toString());
  }

  private List<Node> living() {
    return nodes.stream().filter(node -> !node.crashed).toList();
  }

  /** Asked after each event, so without streams. */
  private boolean isDone() {
    if (weather.crashes > 0 && now <= Duration.ofSeconds(7).toNanos()) {
      return false;
    }
    int living = 0;
    int clustered = 0;
    int standalone = 0;
    for (Node node : nodes) {
      if (!node.crashed) {
        living++;
        clustered += node.started && node.standing.phase() == Phase.CLUSTERED ? 1 : 0;
        standalone += node.started && node.standing.phase() == Phase.STANDALONE ? 1 : 0;
      }
    }
    return clustered == living || (living == 1 && standalone == 1);
  }

  private void at(long time, Runnable action) {
    events.add(new Event(Math.max(time, now), order++, action));
  }

  private long randomNanos(Duration most) {
    return most.isZero() ? 0 : random.nextLong(most.toNanos());
  }

  /** Mostly short, now and then long: a loaded machine. */
  private long delay() {
    return random.nextInt(10) == 0 ? random.nextLong(80 * MILLI) : random.nextLong(3 * MILLI);
  }

  /** A process: a beacon, a locator with its mailbox, and a guardian. */
  private final class Node {
    private final Endpoint beacon;
    private final Incarnation id;
    private final Seeker seeker;
    private Standing standing = Standing.SEEKING;
    private boolean started;
    private boolean crashed;
    private boolean formed;
    private boolean stoodAlone;
    private boolean runsAlone;
    private boolean startedTwice;
    private final Set<Node> known = new HashSet<>();
    private long stalledUntil;
    private long mailboxClear;
    private long beaconClear;
    private @Nullable Long wakeAt;

    Node(Endpoint beacon) {
      this.beacon = beacon;
      this.id = new Incarnation(new NodeId(beacon.host(), 25520), random.nextLong());
      this.seeker = new Seeker(id, beacon, POLICY, random.split());
    }

    void start() {
      started = true;
      stall();
      inMailbox(() -> apply(seeker.start(time())));
    }

    private void stall() {
      if (crashed || weather.longestStall.isZero()) {
        return;
      }
      if (random.nextInt(3) == 0) {
        stalledUntil = Math.max(stalledUntil, now + randomNanos(weather.longestStall));
      }
      at(now + randomNanos(Duration.ofSeconds(4)), this::stall);
    }

    private Instant time() {
      return Instant.EPOCH.plusNanos(now);
    }

    /** Runs on one of the process's threads: not while it is stalled, and never after its death. */
    private void onThread(long time, Runnable action) {
      at(
          time,
          () -> {
            if (crashed) {
              return;
            }
            if (now < stalledUntil) {
              onThread(stalledUntil, action);
            } else {
              action.run();
            }
          });
    }

    private void inMailbox(Runnable action) {
      mailboxClear = Math.max(Math.max(mailboxClear, stalledUntil) + 1, now + delay() / 4);
      onThread(mailboxClear, action);
    }

    /** What reaches the beacon at a time is done in that order. */
    private void onBeacon(long time, Runnable action) {
      at(
          time,
          () -> {
            beaconClear = Math.max(Math.max(beaconClear, stalledUntil), now) + 1;
            onThread(beaconClear, action);
          });
    }

    private void apply(List<SeekEffect> effects) {
      effects.forEach(this::apply);
      Optional<Instant> wake = seeker.wakeAt();
      wakeAt = wake.map(instant -> Duration.between(Instant.EPOCH, instant).toNanos()).orElse(null);
      if (wakeAt != null) {
        long due = wakeAt;
        onThread(
            due,
            () -> {
              if (wakeAt != null && wakeAt == due) {
                apply(seeker.onWake(time()));
              }
            });
      }
    }

    private void apply(SeekEffect effect) {
      if (effect instanceof SeekEffect.CollectCandidates) {
        inMailbox(() -> apply(seeker.onCandidates(time(), Candidates.of(SUBNET, PORT))));
      } else if (effect instanceof SeekEffect.Probe probe) {
        onBeacon(now + delay() / 4, () -> probe(probe.target()));
      } else if (effect instanceof SeekEffect.Announce announce) {
        announce(announce.standing());
      } else if (effect instanceof SeekEffect.FormCluster form) {
        formed = true;
        startedTwice =
            !runsAlone && known.stream().anyMatch(peer -> peer.runsAlone && !peer.crashed);
        runsAlone = false;
        at(now + 300 * MILLI + randomNanos(Duration.ofSeconds(1)), () -> joined(form.clusterId()));
      } else if (effect instanceof SeekEffect.JoinCluster join) {
        long took = 300 * MILLI + randomNanos(Duration.ofSeconds(1));
        onThread(
            now + took,
            () -> {
              runsAlone = false;
              tryToJoin(join.target());
            });
      } else if (effect instanceof SeekEffect.StayStandalone) {
        stoodAlone = true;
        runsAlone = true;
      }
    }

    private void announce(Standing announced) {
      boolean hidden = weather.skipConfirmation && announced.phase() == Phase.FORMING;
      onBeacon(
          now + delay() / 4,
          () -> {
            if (!hidden) {
              standing = announced;
            }
            inMailbox(() -> apply(seeker.onAnnounced(time(), announced)));
          });
    }

    private void joined(long clusterId) {
      onBeacon(
          now,
          () -> {
            standing = new Standing(Phase.CLUSTERED, clusterId, 1);
            inMailbox(() -> apply(seeker.onClustered(time(), clusterId)));
          });
    }

    private void tryToJoin(Hello target) {
      Node member = byBeacon.get(target.beacon());
      if (member != null && !member.crashed && member.standing.isJoinable()) {
        joined(member.standing.clusterId());
      } else {
        onThread(now + POLICY.joinTimeout().toNanos(), () -> apply(seeker.onJoinFailed(time())));
      }
    }

    private Hello hello() {
      return new Hello(
          Purpose.PROBE, 1, "c", "s", Agreement.NONE, id, beacon, standing, beacon, beacon);
    }

    private void probe(Endpoint target) {
      Node there = byBeacon.get(target);
      long sent = now;
      if (there == null && silent.getOrDefault(target, false)) {
        found(target, new Finding.Silent(), sent + POLICY.connectTimeout().toNanos());
        return;
      }
      long arrives = now + delay();
      at(
          arrives,
          () -> {
            if (there == null || !there.started || there.crashed) {
              found(target, new Finding.Refused(), now + delay());
            } else {
              onBeacon(now + delay(), () -> greet(there));
            }
          });
    }

    /** The connection stands: says hello and waits for the answer. */
    private void greet(Node there) {
      Hello ours = hello();
      long deadline = now + POLICY.helloTimeout().toNanos();
      boolean[] answered = {false};
      onBeacon(
          deadline,
          () -> {
            if (!answered[0]) {
              answered[0] = true;
              inMailbox(() -> apply(seeker.onFinding(time(), there.beacon, new Finding.Mute())));
            }
          });
      there.onBeacon(
          now + delay(),
          () -> {
            Hello theirs = there.hello();
            there.inMailbox(
                () -> {
                  there.known.add(this);
                  there.apply(there.seeker.onPeerSeen(there.time(), ours));
                });
            long back = now + delay();
            at(
                back,
                () ->
                    onBeacon(
                        now,
                        () -> {
                          if (!answered[0]) {
                            answered[0] = true;
                            Finding finding = new Finding.Answered(theirs);
                            inMailbox(
                                () -> {
                                  known.add(there);
                                  apply(seeker.onFinding(time(), there.beacon, finding));
                                });
                          }
                        }));
          });
    }

    private void found(Endpoint target, Finding finding, long time) {
      onBeacon(time, () -> inMailbox(() -> apply(seeker.onFinding(time(), target, finding))));
    }

    @Override
    public String toString() {
      return id.node() + " " + standing;
    }
  }
}
