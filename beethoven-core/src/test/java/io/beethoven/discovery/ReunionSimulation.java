package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.ProposalAnswer;
import io.beethoven.discovery.BeaconMessage.Verdict;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Clusters that were formed apart and meet, in virtual time, with a network, members' views,
 * crashes and restarts that only the seed determines. A cluster's members learn of each other's
 * coming and going late; its leader is the eldest that they know of. A node that has dropped out or
 * was restarted joins whatever cluster it finds, as a {@link Seeker} does, but not the one it has
 * left.
 */
final class ReunionSimulation {

  /**
   * How an execution is disturbed.
   *
   * @param loss the share of messages that are lost
   * @param longestDelay how long a message may take
   * @param restarts how many nodes crash, most of which come back
   * @param crashAtYield the share of leaders that crash when they are about to tell their members
   * @param credulous whether every proposal is answered with an acceptance, which is wrong
   */
  record Weather(
      double loss, Duration longestDelay, int restarts, double crashAtYield, boolean credulous) {}

  /**
   * What an execution came to.
   *
   * @param clusters how many clusters there are in the end
   * @param wrongs what must not be, in words
   */
  record Outcome(
      int islands, int nodes, int clusters, int yields, Duration took, List<String> wrongs) {}

  private static final ReunionPolicy POLICY = ReunionPolicy.DEFAULT;
  private static final long MILLI = 1_000_000;
  private static final long END = Duration.ofMinutes(10).toNanos();
  private static final long QUIET_FROM = Duration.ofSeconds(40).toNanos();
  private static final Duration SHUN = Duration.ofSeconds(30);

  private record Event(long at, long order, Runnable action) {}

  private record Acceptance(Node by, long at) {}

  private final SplittableRandom random;
  private final Weather weather;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Endpoint, Node> byBeacon = new HashMap<>();
  private final Map<Long, Acceptance> acceptances = new HashMap<>();
  private final List<String> wrongs = new ArrayList<>();
  private int yields;
  private long now;
  private long order;

  ReunionSimulation(long seed, Weather weather) {
    this.random = new SplittableRandom(seed);
    this.weather = weather;
  }

  /** A cluster, as nobody in it sees it: all its members, the eldest first. */
  private static final class Cluster {
    private final long id;
    private final Instant formedAt;
    private final List<Node> members = new ArrayList<>();

    Cluster(long id, Instant formedAt) {
      this.id = id;
      this.formedAt = formedAt;
    }
  }

  Outcome run() {
    int islands = 2 + random.nextInt(5);
    boolean equal = random.nextInt(3) == 0;
    int size = 1 + random.nextInt(4);
    for (int i = 0; i < islands; i++) {
      Cluster cluster = new Cluster(random.nextLong(), formation());
      for (int left = equal ? size : 1 + random.nextInt(5); left > 0; left--) {
        Node node = new Node(nodes.size() + 1);
        nodes.add(node);
        byBeacon.put(node.beacon, node);
        node.enter(cluster);
      }
    }
    nodes.forEach(node -> at(randomNanos(Duration.ofSeconds(1)), node::tick));
    for (int i = 0; i < weather.restarts; i++) {
      Node victim = nodes.get(random.nextInt(nodes.size()));
      boolean returns = random.nextInt(4) > 0;
      at(randomNanos(Duration.ofSeconds(30)), () -> victim.crash(returns));
    }
    while (!events.isEmpty() && now < END && !isDone()) {
      Event event = events.poll();
      now = event.at;
      event.action.run();
    }
    return new Outcome(
        islands, nodes.size(), clusters().size(), yields, Duration.ofNanos(now), wrongs);
  }

  /** Some clusters are formed in the same millisecond. */
  private Instant formation() {
    return Instant.EPOCH.plusMillis(random.nextInt(3));
  }

  private List<Cluster> clusters() {
    return nodes.stream()
        .filter(node -> !node.crashed && node.cluster != null)
        .map(node -> node.cluster)
        .distinct()
        .toList();
  }

  private boolean isDone() {
    boolean calm = weather.restarts == 0 || now > QUIET_FROM;
    return calm
        && clusters().size() == 1
        && nodes.stream().allMatch(node -> node.gone || node.cluster != null);
  }

  private void at(long time, Runnable action) {
    events.add(new Event(Math.max(time, now), order++, action));
  }

  private void after(long delay, Runnable action) {
    at(now + delay, action);
  }

  private long randomNanos(Duration most) {
    return random.nextLong(most.toNanos() + 1);
  }

  /** Mostly short, now and then as long as it may be. */
  private long delay() {
    return random.nextInt(8) == 0 ? randomNanos(weather.longestDelay) : random.nextLong(5 * MILLI);
  }

  private boolean isLost() {
    return random.nextDouble() < weather.loss;
  }

  private final class Node {
    private final Endpoint beacon;
    private final Incarnation id;
    private Reunion reunion;
    private @Nullable Cluster cluster;
    private List<Node> view = List.of();
    private boolean crashed;
    private boolean gone;
    private int life;
    private long shunned;
    private long shunnedUntil;
    private long wakeAt = -1;

    Node(int number) {
      this.beacon = new Endpoint("10.0.0." + number, 33_000);
      this.id = new Incarnation(new NodeId("10.0.0." + number, 25_520), number);
      this.reunion = newReunion();
    }

    private Reunion newReunion() {
      return new Reunion(beacon, POLICY, random.split());
    }

    private Instant time() {
      return Instant.EPOCH.plusNanos(now);
    }

    /** Runs in this life of this node, or not at all. */
    private void later(long delay, Runnable action) {
      int begun = life;
      after(
          delay,
          () -> {
            if (life == begun && !crashed) {
              action.run();
            }
          });
    }

    // membership

    private void enter(Cluster joined) {
      cluster = joined;
      joined.members.add(this);
      look(joined);
      spread(joined);
    }

    private void leave(Cluster left) {
      cluster = null;
      left.members.remove(this);
      spread(left);
    }

    /** Tells the others of a change, late. */
    private void spread(Cluster changed) {
      for (Node member : changed.members) {
        if (member != this) {
          member.later(randomNanos(Duration.ofMillis(800)), () -> member.look(changed));
        }
      }
    }

    private void look(Cluster mine) {
      if (cluster == mine) {
        view = List.copyOf(mine.members);
        apply(reunion.onOwn(time(), standing(), leader().beacon));
      }
    }

    private Node leader() {
      return view.get(0);
    }

    private Standing standing() {
      Cluster mine = cluster;
      return mine == null
          ? new Standing(Phase.LEAVING, 0, 0)
          : new Standing(Phase.CLUSTERED, mine.id, view.size(), mine.formedAt);
    }

    private Sighting sighting() {
      return new Sighting(id, beacon, standing());
    }

    void crash(boolean mayReturn) {
      if (crashed) {
        return;
      }
      boolean returns = mayReturn || nodes.stream().filter(node -> !node.gone).count() == 1;
      Cluster left = cluster;
      crashed = true;
      life++;
      if (left != null) {
        leave(left);
      }
      if (returns) {
        after(
            randomNanos(Duration.ofSeconds(5)),
            () -> {
              crashed = false;
              seek(0, Duration.ZERO);
            });
      } else {
        gone = true;
      }
    }

    /** Begins a life in which this node looks for a cluster. */
    private void seek(long left, Duration shun) {
      life++;
      reunion = newReunion();
      shunned = left;
      shunnedUntil = now + shun.toNanos();
      later(
          Duration.ofMillis(500).toNanos() + randomNanos(Duration.ofSeconds(3)),
          () -> {
            tick();
            search();
          });
    }

    private void search() {
      if (cluster != null) {
        return;
      }
      List<Cluster> all = clusters();
      Optional<Cluster> found =
          all.stream()
              .filter(other -> other.id != shunned || now >= shunnedUntil)
              .max(
                  Comparator.comparingInt((Cluster other) -> other.members.size())
                      .thenComparing(other -> other.id));
      if (found.isPresent()) {
        enter(found.get());
      } else if (all.isEmpty()) {
        enter(new Cluster(random.nextLong(), time()));
      } else {
        later(Duration.ofSeconds(1).toNanos(), this::search);
      }
    }

    // what an envoy does

    private void tick() {
      later(Duration.ofSeconds(1).toNanos(), this::tick);
      if (cluster != null && leader() == this) {
        for (int i = 0; i < 3; i++) {
          probe(nodes.get(random.nextInt(nodes.size())));
        }
      }
    }

    private void probe(Node target) {
      if (view.contains(target) || isLost()) {
        return;
      }
      Sighting ours = sighting();
      after(
          delay(),
          () -> {
            if (target.crashed || target.cluster == null) {
              return;
            }
            Sighting theirs = target.sighting();
            target.met(ours);
            if (!isLost()) {
              later(delay(), () -> met(theirs));
            }
          });
    }

    private void met(Sighting other) {
      if (cluster == null) {
        return;
      }
      apply(reunion.onSighting(time(), other));
      Node leader = leader();
      if (leader != this && !isLost()) {
        leader.later(delay(), () -> leader.apply(leader.reunion.onSighting(leader.time(), other)));
      }
    }

    private void apply(List<ReunionEffect> effects) {
      effects.forEach(this::apply);
      reunion
          .wakeAt()
          .ifPresent(
              wake -> {
                long due = Duration.between(Instant.EPOCH, wake).toNanos();
                wakeAt = due;
                later(
                    due - now,
                    () -> {
                      if (wakeAt == due) {
                        apply(reunion.onWake(time()));
                      }
                    });
              });
    }

    private void apply(ReunionEffect effect) {
      if (effect instanceof ReunionEffect.Propose propose) {
        propose(propose);
      } else if (effect instanceof ReunionEffect.TellPromise promise) {
        for (Node member : view) {
          if (member != this && !isLost()) {
            member.later(
                delay(),
                () -> member.apply(member.reunion.onPromised(member.time(), promise.remaining())));
          }
        }
      } else if (effect instanceof ReunionEffect.Yield end) {
        end(end);
      }
    }

    private void propose(ReunionEffect.Propose propose) {
      Node there = byBeacon.get(propose.target());
      Sighting ours = new Sighting(id, beacon, propose.own());
      long number = propose.number();
      if (there == null || isLost()) {
        unanswered(number);
        return;
      }
      after(
          delay(),
          () -> {
            if (there.crashed || there.cluster == null) {
              unanswered(number);
              return;
            }
            ProposalAnswer answer = there.asked(number, ours);
            if (isLost()) {
              unanswered(number);
            } else {
              later(delay(), () -> apply(reunion.onAnswer(time(), answer)));
            }
          });
    }

    private void unanswered(long number) {
      later(randomNanos(Duration.ofSeconds(3)), () -> apply(reunion.onUnanswered(time(), number)));
    }

    private ProposalAnswer asked(long number, Sighting proposer) {
      List<ReunionEffect> effects = reunion.onProposal(time(), number, proposer);
      ProposalAnswer answer = ((ReunionEffect.Answer) effects.get(0)).answer();
      if (weather.credulous) {
        answer = new ProposalAnswer(number, Verdict.ACCEPTED, standing(), beacon);
      }
      if (answer.verdict() == Verdict.ACCEPTED) {
        acceptances.put(number, new Acceptance(this, now));
      }
      apply(effects.subList(1, effects.size()));
      return answer;
    }

    private void end(ReunionEffect.Yield end) {
      Cluster ending = cluster;
      if (ending == null) {
        wrongs.add(id + " yields and is in no cluster");
        return;
      }
      yields++;
      check(end, ending);
      if (random.nextDouble() < weather.crashAtYield) {
        crash(true);
        return;
      }
      List<Node> told = view;
      long stays = Duration.ofMillis(300).toNanos() + randomNanos(Duration.ofMillis(1500));
      for (Node member : told) {
        if (member != this && !isLost()) {
          member.later(delay(), () -> member.obey(this, ending));
        }
      }
      later(stays, () -> dropOut(ending));
    }

    private void obey(Node from, Cluster ending) {
      if (cluster == ending && leader() == from) {
        dropOut(ending);
      }
    }

    private void dropOut(Cluster ending) {
      if (cluster == ending) {
        leave(ending);
        seek(ending.id, SHUN);
      }
    }

    private void check(ReunionEffect.Yield end, Cluster ending) {
      Node winner = byBeacon.get(end.winner());
      Optional<Acceptance> inForce =
          acceptances.values().stream()
              .filter(acceptance -> acceptance.by == winner)
              .filter(acceptance -> now - acceptance.at < POLICY.promise().toNanos())
              .findAny();
      if (inForce.isEmpty()) {
        wrongs.add(id + " yields to " + end.winner() + " without an acceptance in force");
      }
      boolean mutual =
          winner != null
              && !winner.crashed
              && winner.cluster != null
              && winner.reunion.isYielding();
      if (mutual) {
        wrongs.add(id + " yields to " + winner.id + ", which is yielding itself");
      }
      if (end.standing().clusterId() == ending.id) {
        wrongs.add(id + " yields to its own cluster");
      }
    }
  }
}
