package io.beethoven.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.allocation.Planner;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.RightsEffect.Reply;
import io.beethoven.grant.RightsEffect.Retoken;
import io.beethoven.grant.RightsEffect.Start;
import io.beethoven.grant.RightsEffect.Stop;
import io.beethoven.grant.RightsEffect.Tell;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One execution of the protocol of rights, determined by its seed. */
final class GrantSimulation {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final int CHAOS_MS = 20_000;
  private static final int QUIET_MS = 20_000;
  private static final List<RoleSpec> ROLES =
      List.of(spec("alpha", 1), spec("beta", 2), spec("gamma", 3), spec("delta", 7));
  private static final AllocatorTimes TIMES =
      new AllocatorTimes(
          Duration.ofMillis(200),
          Duration.ofSeconds(3),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1));

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Node> nodes = new ArrayList<>();
  private final List<Reigning> allocators = new ArrayList<>();
  private final Set<Incarnation> dead = new HashSet<>();
  private final Set<Epoch> forgotten = new HashSet<>();
  private final Map<Slot, Token> highest = new TreeMap<>();
  private final Deque<String> log = new ArrayDeque<>();
  private long now;
  private long order;
  private int starts;
  private boolean chaos = true;

  private record Event(long at, long order, Runnable action) {}

  private final class Node {
    final Incarnation id;
    final Catalog catalog;
    final Rights rights;
    final Map<Slot, RoleName> running = new TreeMap<>();
    Reigning allocator;
    boolean alive = true;
    boolean leaving;

    Node(int index) {
      id = new Incarnation(new NodeId("127.0.0." + (1 + index % 250), 25520), 100 + index);
      List<RoleSpec> known = new ArrayList<>();
      List<RoleName> implemented = new ArrayList<>();
      for (RoleSpec role : ROLES) {
        if (random.nextInt(10) > 0) {
          implemented.add(role.name());
        }
        if (random.nextInt(4) > 0) {
          known.add(role);
        }
      }
      catalog = new Catalog(implemented, known, List.of());
      rights = new Rights(id, catalog);
      if (random.nextInt(4) == 0) {
        long counter = T0.plusMillis(now).toEpochMilli() + random.nextInt(100_000);
        rights.handle(new Order.Prepare(new Epoch(counter, id.uid()), 1, 1));
      }
      after(500, this::tick);
    }

    void tick() {
      if (alive) {
        carryOut(List.of(new Tell(new Answer.Reported(rights.report()))), null);
        after(1000, this::tick);
      }
    }

    void receive(Order message, Reigning from) {
      if (!alive) {
        return;
      }
      List<RightsEffect> effects = rights.handle(message);
      boolean refused =
          effects.stream()
              .anyMatch(e -> e instanceof Reply r && r.answer() instanceof Answer.Nacked);
      if (!refused) {
        allocator = from;
      }
      carryOut(effects, from);
    }

    void carryOut(List<RightsEffect> effects, Reigning from) {
      for (RightsEffect effect : effects) {
        if (effect instanceof Start start) {
          note(id + " starts " + start.slot() + " " + start.token());
          starts++;
          rises(start.slot(), start.token());
          running.put(start.slot(), start.slot().role());
          after(random.nextInt(300), () -> ready(start.slot()));
          if (chaos && random.nextInt(8) == 0) {
            after(random.nextInt(3000), () -> fail(start.slot()));
          }
        } else if (effect instanceof Stop stop) {
          after(random.nextInt(400), () -> stopped(stop.slot()));
        } else if (effect instanceof Retoken retoken) {
          rises(retoken.slot(), retoken.token());
        } else if (effect instanceof Reply reply) {
          send(() -> from.receive(reply.answer()));
        } else if (effect instanceof Tell tell && allocator != null) {
          Reigning to = allocator;
          send(() -> to.receive(tell.answer()));
        }
      }
    }

    void ready(Slot slot) {
      if (alive && running.containsKey(slot)) {
        carryOut(rights.changed(slot, InstanceState.RUNNING), null);
      }
    }

    void stopped(Slot slot) {
      if (alive && running.remove(slot) != null) {
        note(id + " stopped " + slot);
        carryOut(rights.stopped(slot), null);
      }
    }

    void fail(Slot slot) {
      if (alive && running.remove(slot) != null) {
        note(id + " gives up " + slot);
        carryOut(rights.gaveUp(slot, "simulated"), null);
      }
    }

    void changeClusters() {
      note(id + " stops all");
      carryOut(rights.stopAll(), null);
      after(
          2000,
          () -> {
            if (alive && !leaving) {
              carryOut(rights.resume(), null);
            }
          });
    }

    void leave() {
      note(id + " leaves");
      leaving = true;
      carryOut(rights.drain(), null);
      after(50, this::departWhenDrained);
    }

    void departWhenDrained() {
      if (alive && rights.isEmpty()) {
        die();
      } else if (alive) {
        after(50, this::departWhenDrained);
      }
    }

    void die() {
      note(id + " ends");
      alive = false;
      running.clear();
      forget();
      after(
          10 + random.nextInt(100),
          () -> {
            dead.add(id);
            membersChanged();
          });
      if (allocators.stream().anyMatch(a -> a.alive && a.host == this)) {
        after(200 + random.nextInt(300), () -> startAllocator());
      }
    }
  }

  /**
   * An allocator and its view of the membership: it learns of a newcomer's existence at once (the
   * membership does not call a node up before all know of it), of its address and of deaths later.
   */
  private final class Reigning {
    final Node host;
    final Allocator allocator;
    final Set<Incarnation> introduced = new TreeSet<>();
    boolean alive = true;
    RoleTable table = RoleTable.EMPTY;

    Reigning(Node host) {
      this.host = host;
      allocator = new Allocator(host.id, Planner::plan, TIMES, random, time());
      introduced.add(host.id);
      after(0, this::membersChanged);
      after(100, this::tick);
    }

    boolean acts() {
      return alive && host.alive;
    }

    void tick() {
      if (acts()) {
        carryOut(allocator.tick(time()));
        after(100, this::tick);
      }
    }

    void receive(Answer answer) {
      if (acts()) {
        carryOut(allocator.answered(answer, time()));
      }
    }

    void membersChanged() {
      if (!acts()) {
        return;
      }
      Set<Incarnation> members = new TreeSet<>();
      Set<Incarnation> pending = new TreeSet<>();
      for (Node node : nodes) {
        if (!dead.contains(node.id)) {
          (introduced.contains(node.id) ? members : pending).add(node.id);
        }
      }
      for (Incarnation unknown : pending) {
        after(
            random.nextInt(100),
            () -> {
              if (introduced.add(unknown)) {
                membersChanged();
              }
            });
      }
      carryOut(allocator.members(members, pending, dead, time()));
    }

    void carryOut(List<AllocatorEffect> effects) {
      for (AllocatorEffect effect : effects) {
        if (effect instanceof Send order) {
          Node to = node(order.to());
          send(() -> to.receive(order.order(), this));
        } else if (effect instanceof Publish publish) {
          assertThat(publish.table().isNewerThan(table)).isTrue();
          table = publish.table();
        } else {
          note(effect + " at " + host.id);
        }
      }
    }
  }

  GrantSimulation(long seed) {
    random = new Random(seed);
  }

  void run() {
    int first = 1 + random.nextInt(5);
    for (int i = 0; i < first; i++) {
      join();
    }
    startAllocator();
    for (int i = 0; i < 12; i++) {
      after(random.nextInt(CHAOS_MS), this::disturb);
    }
    runUntil(CHAOS_MS);
    chaos = false;
    calm();
    runUntil(CHAOS_MS + QUIET_MS);
    converged();
  }

  int starts() {
    return starts;
  }

  /** Returns the last things that happened, for the message of a failure. */
  String tail() {
    return String.join("\n", log);
  }

  private void disturb() {
    if (alive().isEmpty()) {
      join();
    }
    List<Node> alive = alive();
    Node victim = alive.get(random.nextInt(alive.size()));
    switch (random.nextInt(6)) {
      case 0, 1 -> join();
      case 2 -> {
        if (alive.size() > 1) {
          victim.die();
        }
      }
      case 3 -> {
        if (alive.stream().filter(node -> !node.leaving).count() > 1 && !victim.leaving) {
          victim.leave();
        }
      }
      case 4 -> {
        if (!victim.leaving) {
          victim.changeClusters();
        }
      }
      default -> startAllocator();
    }
  }

  private void join() {
    Node node = new Node(nodes.size());
    note(node.id + " joins");
    nodes.add(node);
    allocators.forEach(Reigning::membersChanged);
  }

  /** The newest allocator stays; older ones live on for a while and are then stopped. */
  private void startAllocator() {
    if (alive().isEmpty()) {
      join();
    }
    List<Node> alive = alive();
    for (Reigning former : allocators) {
      after(random.nextInt(2000), () -> former.alive = false);
    }
    Reigning next = new Reigning(alive.get(random.nextInt(alive.size())));
    note("allocator at " + next.host.id);
    allocators.add(next);
  }

  private void calm() {
    if (alive().stream().allMatch(node -> node.leaving)) {
      join();
    }
    if (allocators.stream().noneMatch(Reigning::acts)) {
      startAllocator();
    }
  }

  private void membersChanged() {
    for (Reigning allocator : allocators) {
      after(random.nextInt(50), allocator::membersChanged);
    }
  }

  private void runUntil(long end) {
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event event = events.remove();
      now = event.at();
      event.action().run();
      holds();
    }
    now = end;
  }

  private void holds() {
    Map<Slot, Node> bySlot = new TreeMap<>();
    Map<RoleName, Integer> byRole = new TreeMap<>();
    for (Node node : nodes) {
      Set<RoleName> roles = new TreeSet<>();
      node.running.forEach(
          (slot, role) -> {
            Node other = bySlot.put(slot, node);
            if (other != null) {
              throw new AssertionError(slot + " runs at " + other.id + " and at " + node.id);
            }
            if (!roles.add(role)) {
              throw new AssertionError(role + " runs twice at " + node.id);
            }
            byRole.merge(role, 1, Integer::sum);
          });
    }
    for (RoleSpec spec : ROLES) {
      if (byRole.getOrDefault(spec.name(), 0) > spec.count()) {
        throw new AssertionError(spec.name() + " runs too often: " + byRole);
      }
    }
  }

  /**
   * Clocks are up to 100 s apart here, so an epoch is known only by those that promised it: tokens
   * rise as long as one of them lives, and no longer.
   */
  private void rises(Slot slot, Token token) {
    Token before = highest.put(slot, token);
    if (before != null && before.compareTo(token) >= 0 && !forgotten.contains(before.epoch())) {
      throw new AssertionError("token of " + slot + " fell from " + before + " to " + token);
    }
  }

  private void forget() {
    for (Token token : highest.values()) {
      if (alive().stream().noneMatch(n -> n.rights.promised().compareTo(token.epoch()) >= 0)) {
        forgotten.add(token.epoch());
      }
    }
  }

  private void converged() {
    alive().forEach(node -> note(node.rights.report() + " " + node.catalog.implementations()));
    List<Reigning> acting = allocators.stream().filter(Reigning::acts).toList();
    assertThat(acting).as("allocators").hasSize(1);
    RoleTable table = acting.get(0).table;
    List<Node> open = alive().stream().filter(node -> !node.leaving).toList();
    Set<RoleName> defined =
        open.stream()
            .flatMap(node -> node.catalog.definitions().stream())
            .map(RoleSpec::name)
            .collect(Collectors.toCollection(TreeSet::new));
    for (RoleSpec spec : ROLES) {
      if (!defined.contains(spec.name())) {
        continue;
      }
      long able =
          open.stream().filter(n -> n.catalog.implementations().contains(spec.name())).count();
      Set<Incarnation> running =
          open.stream()
              .filter(node -> node.running.containsValue(spec.name()))
              .map(node -> node.id)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat((long) running.size())
          .as("instances of " + spec.name())
          .isEqualTo(Math.min(spec.count(), able));
      Set<Incarnation> reported =
          table.rows().stream()
              .filter(row -> row.role().equals(spec.name()))
              .flatMap(row -> row.placements().stream())
              .filter(RoleTable.Placement::running)
              .map(RoleTable.Placement::holder)
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(reported).as("table of " + spec.name()).isEqualTo(running);
    }
  }

  /** Sends a message that may be lost, late, or arrive twice. */
  private void send(Runnable delivery) {
    int copies = !chaos ? 1 : random.nextInt(10) == 0 ? 0 : random.nextInt(10) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      int delay = 1 + random.nextInt(chaos && random.nextInt(20) == 0 ? 3000 : 20);
      after(delay, delivery);
    }
  }

  private void after(long delay, Runnable action) {
    order++;
    events.add(new Event(now + delay, order, action));
  }

  private List<Node> alive() {
    return nodes.stream().filter(node -> node.alive).toList();
  }

  private Node node(Incarnation id) {
    return nodes.stream().filter(node -> node.id.equals(id)).findFirst().orElseThrow();
  }

  private Instant time() {
    return T0.plusMillis(now);
  }

  private void note(String what) {
    log.addLast(now + " " + what);
    if (log.size() > 60) {
      log.removeFirst();
    }
  }

  private static RoleSpec spec(String name, int count) {
    return new RoleSpec(
        new RoleName(name),
        count,
        Map.of(),
        Readiness.ON_START,
        false,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        HandOver.STOP_FIRST,
        true);
  }
}
