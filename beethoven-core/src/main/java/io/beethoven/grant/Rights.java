package io.beethoven.grant;

import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Order.Withdraw;
import io.beethoven.grant.ParticipantEffect.Cause;
import io.beethoven.grant.ParticipantEffect.Forfeit;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Retoken;
import io.beethoven.grant.ParticipantEffect.Start;
import io.beethoven.grant.ParticipantEffect.Stop;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.Report.Reserved;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rights and reservations of one node (4.1, 4.4, 4.5). Owned by its {@link Participant}, which
 * lets only orders of the promised epoch through.
 *
 * <p>It guarantees, to every allocator:
 *
 * <ol>
 *   <li>An order for another session is not obeyed.
 *   <li>Once a token of a slot was taken away, given up or refused, no token up to it is ever
 *       taken: delayed repetitions of an order do nothing.
 *   <li>At most one slot of a role is held at a time, one that is being stopped included.
 *   <li>{@link Stopped} is said only after the instance has really stopped.
 *   <li>What was forfeited never comes back: the session has risen by then.
 * </ol>
 */
final class Rights {

  private final Incarnation self;
  private final Catalog catalog;
  private final SortedMap<Slot, Right> rights = new TreeMap<>();
  private final SortedMap<Slot, Reservation> reservations = new TreeMap<>();
  private final SortedMap<Slot, Right> ending = new TreeMap<>();
  private final SortedMap<Slot, Token> floors = new TreeMap<>();
  private final SortedMap<RoleName, Released> released = new TreeMap<>();
  private long session = 1;

  private static final class Right {
    final RoleSpec spec;
    Token token;
    InstanceState state = InstanceState.STARTING;

    Right(RoleSpec spec, Token token) {
      this.spec = spec;
      this.token = token;
    }
  }

  private record Reservation(Token token, List<Incarnation> condition, RoleSpec spec) {}

  Rights(Incarnation self, Catalog catalog) {
    this.self = self;
    this.catalog = catalog;
  }

  // 4.5

  /**
   * Obeys an order, or refuses it. Whoever asks adds a report.
   *
   * @param closed why nothing new is taken at present
   */
  List<ParticipantEffect> obey(SlotOrder order, Optional<Reason> closed) {
    if (order instanceof Grant grant) {
      return obstacle(order, closed)
          .map(reason -> refuse(order, reason))
          .orElseGet(() -> grant(grant));
    } else if (order instanceof Reserve reserve) {
      return obstacle(order, closed)
          .map(reason -> refuse(order, reason))
          .orElseGet(() -> reserve(reserve));
    } else if (order.session() != session) {
      return List.of();
    } else if (order instanceof Withdraw withdraw) {
      return withdraw(withdraw);
    } else {
      return revoke((Revoke) order);
    }
  }

  /** 4.5.2: why a grant or a reservation is refused. */
  private Optional<Reason> obstacle(SlotOrder order, Optional<Reason> closed) {
    Slot slot = order.slot();
    Right right = rights.get(slot);
    boolean granted = order instanceof Grant;
    if (order.session() != session) {
      return Optional.of(Reason.SESSION);
    }
    if (granted && right != null && right.state != InstanceState.STOPPING) {
      // In place: nothing new is taken. A lower token has been overtaken.
      return order.token().compareTo(right.token) < 0
          ? Optional.of(Reason.FLOOR)
          : Optional.empty();
    }
    if (!granted && right != null && order.token().compareTo(right.token) <= 0) {
      // The reservation has become this right already, which the report shows.
      return Optional.empty();
    }
    if (order.token().compareTo(floor(slot)) <= 0) {
      return Optional.of(Reason.FLOOR);
    }
    if (closed.isPresent()) {
      return closed;
    }
    if (!catalog.implementations().contains(slot.role())) {
      return Optional.of(Reason.NO_IMPLEMENTATION);
    }
    boolean held =
        Stream.concat(rights.keySet().stream(), ending.keySet().stream())
            .anyMatch(other -> other.role().equals(slot.role()));
    return held ? Optional.of(Reason.HELD) : Optional.empty();
  }

  private List<ParticipantEffect> refuse(SlotOrder order, Reason reason) {
    if (reason != Reason.SESSION) {
      // The allocator takes a refusal as final, so a repetition under way must be refused as well.
      raiseFloor(order.slot(), order.token());
      dropReservationUpTo(order.slot(), order.token());
    }
    return List.of(new Reply(new Refused(self, order.slot(), order.token(), reason)));
  }

  /** 4.5.3. */
  private List<ParticipantEffect> grant(Grant grant) {
    Slot slot = grant.slot();
    Right right = rights.get(slot);
    if (right != null) {
      boolean higher = grant.token().compareTo(right.token) > 0;
      right.token = higher ? grant.token() : right.token;
      return higher ? List.of(new Retoken(slot, grant.token())) : List.of();
    }
    return start(slot, grant.token(), grant.spec(), Cause.GRANT);
  }

  private List<ParticipantEffect> start(Slot slot, Token token, RoleSpec spec, Cause cause) {
    reservations.remove(slot);
    released.remove(slot.role());
    rights.put(slot, new Right(spec, token));
    return List.of(new Start(slot, token, spec, cause));
  }

  private List<ParticipantEffect> reserve(Reserve reserve) {
    if (rights.containsKey(reserve.slot())) {
      return List.of();
    }
    Reservation known = reservations.get(reserve.slot());
    if (known == null || known.token().compareTo(reserve.token()) < 0) {
      reservations.put(
          reserve.slot(), new Reservation(reserve.token(), reserve.condition(), reserve.spec()));
    }
    return List.of();
  }

  /** 4.5.4: a report that shows the right says that it has started. */
  private List<ParticipantEffect> withdraw(Withdraw withdraw) {
    if (rights.containsKey(withdraw.slot())) {
      return List.of();
    }
    raiseFloor(withdraw.slot(), withdraw.token());
    dropReservationUpTo(withdraw.slot(), withdraw.token());
    return List.of(new Reply(new Stopped(self, withdraw.slot(), withdraw.token())));
  }

  /** 4.5.5. */
  private List<ParticipantEffect> revoke(Revoke revoke) {
    Slot slot = revoke.slot();
    Right right = rights.get(slot);
    if (right != null && right.token.compareTo(revoke.token()) > 0) {
      return List.of();
    }
    raiseFloor(slot, revoke.token());
    dropReservationUpTo(slot, revoke.token());
    if (right == null) {
      Right forfeited = ending.get(slot);
      // One that is not fenced goes on until it has stopped, whatever it is called.
      boolean runs = forfeited != null && !forfeited.spec.fenced();
      return runs ? List.of() : List.of(new Reply(new Stopped(self, slot, revoke.token())));
    }
    return stop(slot, right);
  }

  private static List<ParticipantEffect> stop(Slot slot, Right right) {
    if (right.state == InstanceState.STOPPING) {
      return List.of();
    }
    right.state = InstanceState.STOPPING;
    return List.of(new Stop(slot));
  }

  // 4.4

  /** Turns the reservations whose condition is met into rights; empty if there are none. */
  List<ParticipantEffect> succeed(Set<Incarnation> dead) {
    List<ParticipantEffect> effects = new ArrayList<>();
    SortedMap<Slot, Reservation> due = new TreeMap<>(reservations);
    due.values().removeIf(reservation -> !dead.containsAll(reservation.condition()));
    reservations.keySet().removeAll(due.keySet());
    for (var entry : due.entrySet()) {
      Slot slot = entry.getKey();
      Reservation reservation = entry.getValue();
      boolean held =
          Stream.concat(rights.keySet().stream(), ending.keySet().stream())
              .anyMatch(other -> other.role().equals(slot.role()));
      if (held) {
        raiseFloor(slot, reservation.token());
        effects.add(new Tell(new Stopped(self, slot, reservation.token())));
      } else {
        effects.addAll(start(slot, reservation.token(), reservation.spec(), Cause.SUCCESSION));
      }
    }
    return effects;
  }

  // 4.2

  /** The lease has ended: everything is void, for ever. */
  List<ParticipantEffect> forfeit() {
    List<ParticipantEffect> effects = new ArrayList<>();
    rights.forEach(
        (slot, right) -> {
          raiseFloor(slot, right.token);
          effects.add(new Forfeit(slot));
        });
    ending.putAll(rights);
    rights.clear();
    reservations.forEach((slot, reservation) -> raiseFloor(slot, reservation.token()));
    reservations.clear();
    return effects;
  }

  /** Orders for the former session are refused from now on. */
  void nextSession() {
    session++;
  }

  // instances

  /** Whether an instance has another state than before. */
  boolean changed(Slot slot, InstanceState state) {
    Right right = rights.get(slot);
    if (right == null || right.state == InstanceState.STOPPING || right.state == state) {
      return false;
    }
    right.state = state;
    return true;
  }

  /** What has to be told of an instance that runs no longer; empty if nothing was known of it. */
  Optional<Stopped> stopped(Slot slot) {
    ending.remove(slot);
    Right right = rights.remove(slot);
    if (right == null) {
      return Optional.empty();
    }
    raiseFloor(slot, right.token);
    return Optional.of(new Stopped(self, slot, floor(slot)));
  }

  /** The same of one that failed too often; unless it was to be stopped, that is remembered. */
  Optional<Stopped> gaveUp(Slot slot, String reason) {
    Right right = rights.get(slot);
    if (right != null && right.state != InstanceState.STOPPING) {
      released.put(slot.role(), new Released(slot, right.token, reason));
    }
    return stopped(slot);
  }

  /** Stops everything and drops all reservations; orders given before are void. */
  List<ParticipantEffect> stopAll() {
    nextSession();
    List<ParticipantEffect> effects = new ArrayList<>();
    rights.forEach(
        (slot, right) -> {
          raiseFloor(slot, right.token);
          effects.addAll(stop(slot, right));
        });
    dropReservations();
    return effects;
  }

  private void dropReservations() {
    reservations.forEach((slot, reservation) -> raiseFloor(slot, reservation.token()));
    reservations.clear();
  }

  void forgetReleased() {
    released.clear();
  }

  // what is held

  long session() {
    return session;
  }

  /**
   * The rights; and what is left of those that were forfeited while nothing refuses an instance
   * that goes on without (4.3.2).
   */
  List<Held> held() {
    SortedMap<Slot, Held> held = new TreeMap<>();
    ending.forEach(
        (slot, right) -> {
          if (!right.spec.fenced()) {
            held.put(slot, new Held(slot, right.token, InstanceState.STOPPING));
          }
        });
    rights.forEach((slot, right) -> held.put(slot, new Held(slot, right.token, right.state)));
    return List.copyOf(held.values());
  }

  List<Reserved> reserved() {
    return reservations.entrySet().stream()
        .map(e -> new Reserved(e.getKey(), e.getValue().token(), e.getValue().condition()))
        .toList();
  }

  List<Released> released() {
    return List.copyOf(released.values());
  }

  /** The nodes that reservations wait for. */
  Set<Incarnation> conditions() {
    Set<Incarnation> conditions = new TreeSet<>();
    reservations.values().forEach(reservation -> conditions.addAll(reservation.condition()));
    return conditions;
  }

  /** The slots whose instances run or are being stopped, sorted. */
  List<Slot> slots() {
    return Stream.concat(rights.keySet().stream(), ending.keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether there is nothing to forfeit. */
  boolean holdsNothing() {
    return rights.isEmpty() && reservations.isEmpty();
  }

  /** Whether all that is held runs or has done its work. */
  boolean allRunning() {
    return rights.values().stream()
        .allMatch(
            right ->
                right.state == InstanceState.RUNNING || right.state == InstanceState.COMPLETED);
  }

  /** What this node knows of roles, the definitions of what it runs or reserves included. */
  Catalog catalog() {
    Set<RoleName> defined = new HashSet<>();
    catalog.definitions().forEach(spec -> defined.add(spec.name()));
    SortedMap<RoleName, RoleSpec> learned = new TreeMap<>();
    reservations.values().forEach(r -> learned.put(r.spec().name(), r.spec()));
    rights.values().forEach(right -> learned.put(right.spec.name(), right.spec));
    learned.keySet().removeAll(defined);
    return new Catalog(
        catalog.implementations(), catalog.definitions(), List.copyOf(learned.values()));
  }

  private void dropReservationUpTo(Slot slot, Token token) {
    reservations.computeIfPresent(
        slot, (key, known) -> known.token().compareTo(token) <= 0 ? null : known);
  }

  private Token floor(Slot slot) {
    @Nullable Token floor = floors.get(slot);
    return floor == null ? Token.NONE : floor;
  }

  private void raiseFloor(Slot slot, Token token) {
    floors.merge(slot, token, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }
}
