package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.D;
import static io.beethoven.grant.GrantFixtures.E;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.T0;
import static io.beethoven.grant.GrantFixtures.WORK;
import static io.beethoven.grant.GrantFixtures.only;

import io.beethoven.allocation.Planner;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.AllocatorEffect.Excluded;
import io.beethoven.grant.AllocatorEffect.Publish;
import io.beethoven.grant.AllocatorEffect.Send;
import io.beethoven.grant.Answer.Alive;
import io.beethoven.grant.Answer.Blocked;
import io.beethoven.grant.Answer.EditsStored;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Answer.Testimony;
import io.beethoven.grant.Answer.VotersStored;
import io.beethoven.grant.Order.Block;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.StoreEdits;
import io.beethoven.grant.Order.StoreVoters;
import io.beethoven.grant.Order.Withdraw;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.Report.Reserved;
import io.beethoven.grant.Report.Standing;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleTable;
import io.beethoven.model.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An allocator on node A and nodes that are scripted: those in {@link #alive} answer every question
 * at once; orders about slots are obeyed when the test says so, or at once if {@link #obedient}.
 */
final class AllocatorBench {

  final Allocator allocator;
  final SortedSet<Incarnation> alive = new TreeSet<>();
  final SortedSet<Incarnation> dead = new TreeSet<>();
  final List<AllocatorEffect> effects = new ArrayList<>();
  private final Map<Incarnation, Scripted> nodes = new HashMap<>();
  private final Map<Incarnation, Asked> answered = new HashMap<>();
  private final SortedMap<Incarnation, Prepare> unanswered = new TreeMap<>();
  Voters voters;
  Edits edits = Edits.NONE;
  Moment now = T0;
  boolean leased;
  boolean obedient;

  private record Asked(Epoch epoch, Moment at) {}

  /** What a node says of itself. */
  static final class Scripted {
    final SortedMap<Slot, Held> held = new TreeMap<>();
    final SortedMap<Slot, Reserved> reserved = new TreeMap<>();
    List<Released> released = List.of();
    List<Incarnation> creditedBy;
    List<Incarnation> named = List.of();
    Optional<Voters> otherVoters = Optional.empty();
    Catalog catalog = new Catalog(List.of(WORK), List.of(), List.of());
    Standing standing = Standing.OPEN;
    Epoch foreign = Epoch.NONE;
    Duration leaseTerm = FAST.leaseTerm();
    Duration longestLease = FAST.leaseTerm();
    Edits edits = Edits.NONE;
    long session = 1;
    long version;

    Scripted(List<Incarnation> creditedBy) {
      this.creditedBy = creditedBy;
    }
  }

  AllocatorBench(Incarnation self, Voters voters, boolean standIn, RoleSpec... specs) {
    this(self, voters, standIn, true, specs);
  }

  /** Its node has no lease at first, if it is not {@code leased}. */
  AllocatorBench(Voters voters, boolean leased, RoleSpec... specs) {
    this(A, voters, false, leased, specs);
  }

  private AllocatorBench(
      Incarnation self, Voters voters, boolean standIn, boolean leased, RoleSpec... specs) {
    this.voters = voters;
    this.leased = leased;
    node(self).catalog = new Catalog(List.of(WORK), Arrays.asList(specs), List.of());
    this.allocator =
        new Allocator(
            new Allocator.Setup(self, Planner::plan, FAST, 9, standIn),
            new Random(1),
            outlook(),
            now);
  }

  AllocatorBench(Voters voters, RoleSpec... specs) {
    this(A, voters, false, specs);
  }

  Scripted node(Incarnation node) {
    return nodes.computeIfAbsent(node, key -> new Scripted(List.of(A, B, C, D, E)));
  }

  boolean blocking;

  Outlook outlook() {
    Optional<Moment> until =
        leased ? Optional.of(now.plus(FAST.leaseTerm())) : Optional.<Moment>empty();
    return new Outlook(voters, Set.copyOf(dead), until, 0, edits, List.of(), Map.of(), blocking);
  }

  // what happens

  /** These nodes are reachable members, and all of them answer. */
  void begin(Incarnation... members) {
    alive.addAll(List.of(members));
    members(members);
  }

  void members(Incarnation... members) {
    step(allocator.members(List.of(members), List.of(), outlook(), now));
  }

  void tick() {
    step(allocator.tick(outlook(), now));
  }

  /** Lets time pass, in which the nodes that are alive say so. */
  void pass(Duration time) {
    Moment end = now.plus(time);
    while (end.nanos() - now.nanos() > 0) {
      Duration left = end.since(now);
      Duration pause = Duration.ofMillis(100);
      now = now.plus(left.compareTo(pause) < 0 ? left : pause);
      for (Incarnation node : List.copyOf(alive)) {
        Prepare question = unanswered.remove(node);
        if (question != null && question.epoch().equals(allocator.epoch())) {
          answer(node, question);
        }
        answer(new Alive(node, allocator.epoch(), node(node).version));
      }
      tick();
    }
  }

  void dies(Incarnation node) {
    alive.remove(node);
    dead.add(node);
    tick();
  }

  void answer(Answer answer) {
    step(allocator.answered(answer, outlook(), now));
  }

  void promise(Incarnation node, long round) {
    Scripted says = node(node);
    says.version++;
    answer(
        new Promised(
            reportOf(node),
            new Testimony(
                says.catalog,
                says.edits,
                says.named,
                says.foreign,
                says.leaseTerm,
                says.longestLease),
            round));
  }

  void promise(Incarnation node) {
    promise(node, Long.MAX_VALUE);
  }

  void report(Incarnation node) {
    node(node).version++;
    answer(new Reported(reportOf(node)));
  }

  Report reportOf(Incarnation node) {
    Scripted says = node(node);
    return new Report(
        node,
        allocator.epoch(),
        says.session,
        says.version,
        says.standing,
        List.copyOf(says.held.values()),
        List.copyOf(says.reserved.values()),
        says.released,
        says.creditedBy,
        new Shared(says.otherVoters.orElse(voters), List.of()));
  }

  void obey(Incarnation node, SlotOrder order) {
    Scripted does = node(node);
    Slot slot = order.slot();
    if (order instanceof Grant) {
      does.reserved.remove(slot);
      does.released = List.of();
      does.held.put(slot, new Held(slot, order.token(), InstanceState.RUNNING));
    } else if (order instanceof Reserve reserve) {
      does.reserved.put(slot, new Reserved(slot, order.token(), reserve.condition()));
    } else if (order instanceof Revoke) {
      does.held.remove(slot);
      answer(new Stopped(node, slot, order.token()));
    } else if (order instanceof Withdraw && !does.held.containsKey(slot)) {
      does.reserved.remove(slot);
      answer(new Stopped(node, slot, order.token()));
    }
    report(node);
  }

  private void step(List<AllocatorEffect> step) {
    effects.addAll(step);
    for (Send send : only(step, Send.class)) {
      if (alive.contains(send.to())) {
        react(send.to(), send.order());
      }
    }
  }

  /** One question of a reign at a time: another that comes at the same moment waits a little. */
  private void answer(Incarnation node, Prepare question) {
    Asked asked = new Asked(question.epoch(), now);
    if (asked.equals(answered.put(node, asked))) {
      unanswered.put(node, question);
    } else {
      unanswered.remove(node);
      promise(node, question.round());
    }
  }

  private void react(Incarnation node, Order order) {
    if (!order.epoch().equals(allocator.epoch())) {
      return;
    }
    if (order instanceof Prepare prepare) {
      answer(node, prepare);
    } else if (order instanceof Block block) {
      answer(
          new Blocked(
              node, block.epoch(), block.node(), block.attempt(), block.round(), Duration.ZERO));
    } else if (order instanceof StoreVoters store) {
      voters = voters.compareTo(store.voters()) < 0 ? store.voters() : voters;
      answer(new VotersStored(node, store.voters()));
    } else if (order instanceof StoreEdits store) {
      answer(new EditsStored(node, store.epoch(), store.edits().seq()));
    } else if (obedient && order instanceof SlotOrder slotOrder) {
      obey(node, slotOrder);
    }
  }

  // what was done

  /** Takes the orders of a kind out of what was done so far. */
  List<Send> take(Class<? extends Order> type) {
    List<Send> sent =
        only(effects, Send.class).stream().filter(send -> type.isInstance(send.order())).toList();
    effects.removeAll(sent);
    return sent;
  }

  /** Takes the only order of a kind. */
  Send takeOne(Class<? extends SlotOrder> type) {
    List<Send> sent = take(type);
    if (sent.size() != 1) {
      throw new AssertionError("one order expected, was " + sent);
    }
    return sent.get(0);
  }

  /** Takes the only order of a kind, and has it obeyed. */
  Send obeyOne(Class<? extends SlotOrder> type) {
    Send send = takeOne(type);
    obey(send.to(), (SlotOrder) send.order());
    return send;
  }

  List<Incarnation> excluded() {
    return only(effects, Excluded.class).stream().map(Excluded::node).toList();
  }

  RoleTable table() {
    List<Publish> published = only(effects, Publish.class);
    return published.get(published.size() - 1).table();
  }
}
