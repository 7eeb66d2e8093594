package io.beethoven.grant;

import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Testimony;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Reserve;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Order.SlotOrder;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.Report.Reserved;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the allocator believes of one node: its newest report, and the orders that it has not
 * answered yet, which count as obeyed (4.6.2). So the node never holds more than is believed.
 */
final class NodeBelief {

  private final Incarnation node;
  private final SortedMap<Slot, Unanswered> unanswered = new TreeMap<>();
  private final SortedMap<Slot, Token> floors = new TreeMap<>();
  private @Nullable Asked asked;
  private @Nullable Moment lastAsked;
  private @Nullable Report report;
  private @Nullable Testimony testimony;
  private Moment heardAt;
  private long version;
  private boolean promisedOnce;
  private List<Difference> toldDifferences = List.of();

  private record Unanswered(SlotOrder order, Moment firstSentAt, Moment sentAt) {}

  private record Asked(Prepare question, Moment firstSentAt, Moment sentAt) {}

  NodeBelief(Incarnation node, Moment now) {
    this.node = node;
    this.heardAt = now;
  }

  Incarnation node() {
    return node;
  }

  /** The report under the present reign, if there is one. */
  Optional<Report> report() {
    return Optional.ofNullable(report);
  }

  boolean hasReported() {
    return report != null;
  }

  Optional<Testimony> testimony() {
    return Optional.ofNullable(testimony);
  }

  Catalog catalog() {
    return testimony == null ? Catalog.EMPTY : testimony.catalog();
  }

  /** Whether the node ever promised an epoch of this allocator. */
  boolean promisedOnce() {
    return promisedOnce;
  }

  /** Everything reported before belongs to a former reign, or was lost by an exclusion. */
  void forget() {
    report = null;
    testimony = null;
    unanswered.clear();
    toldDifferences = List.of();
  }

  /** A new reign begins: that the node was silent to a former one tells nothing. */
  void beginReign(Moment heard) {
    forget();
    asked = null;
    heardAt = heardAt.latest(heard);
  }

  /** Asks for a report, or whether the node still keeps its promise. */
  Order ask(Prepare question, Moment now) {
    asked = new Asked(question, asked == null ? now : asked.firstSentAt(), now);
    lastAsked = now;
    return question;
  }

  /** Repeats what it has not answered. */
  Optional<Order> askAgain(Moment now) {
    return Optional.ofNullable(asked).map(unanswered -> ask(unanswered.question(), now));
  }

  boolean isAsked() {
    return asked != null;
  }

  /** It spoke; if it had said nothing for so long, it has as long again to answer. */
  void heard(Moment now, Duration silence) {
    if (asked != null && now.isPast(heardAt, silence)) {
      asked = new Asked(asked.question(), now, asked.sentAt());
    }
    heardAt = now;
  }

  Duration silentFor(Moment now) {
    return now.since(heardAt);
  }

  /**
   * Whether the node says nothing, or does not answer what it is asked, for so long. The second
   * finds a node that is heard and does not hear.
   */
  boolean isSilent(Duration time, Moment now) {
    return now.isPast(heardAt, time) || (asked != null && now.isPast(asked.firstSentAt(), time));
  }

  /**
   * Whether the node has to be asked now: an order is unanswered for so long, or it says nothing.
   * The second finds a node that promised another reign since and tells that one of itself.
   */
  boolean owesAnswer(Duration answer, Duration sign, Moment now) {
    if (asked != null) {
      return false;
    }
    boolean unanswering =
        unanswered.values().stream().anyMatch(sent -> now.isPast(sent.firstSentAt(), answer));
    return (unanswering && isUnasked(answer, now))
        || (now.isPast(heardAt, sign) && isUnasked(sign, now));
  }

  private boolean isUnasked(Duration time, Moment now) {
    return lastAsked == null || now.isPast(lastAsked, time);
  }

  /** Takes in a promise. Reports that are older than what is known are dropped. */
  void promised(Promised promise) {
    if (asked != null && asked.question().round() <= promise.round()) {
      asked = null;
    }
    promisedOnce = true;
    if (promise.report().version() > version) {
      testimony = promise.testimony();
      take(promise.report());
    }
  }

  /** Takes in a report; false if it is older than what is known, or if no promise came before. */
  boolean reported(Report newer) {
    if (report == null || newer.version() <= version) {
      return false;
    }
    take(newer);
    return true;
  }

  /** Whether a report was lost on the way. */
  boolean isBehind(long newest) {
    return newest > version;
  }

  private void take(Report newer) {
    report = newer;
    version = newer.version();
    newer.released().forEach(given -> raiseFloor(given.slot(), given.token()));
    unanswered.entrySet().removeIf(sent -> isAnswered(sent.getKey(), sent.getValue(), newer));
  }

  private boolean isAnswered(Slot slot, Unanswered sent, Report newer) {
    SlotOrder order = sent.order();
    if (order.session() != newer.session()) {
      return true;
    }
    boolean given = order instanceof Grant || order instanceof Reserve;
    if (!given) {
      // A report without the right does not answer: a grant may still be under way.
      return order instanceof Order.Withdraw && holds(newer, slot, Token.NONE);
    }
    return isBelowFloor(slot, order.token())
        || holds(newer, slot, order.token())
        || (order instanceof Reserve && reserves(newer, slot, order.token()));
  }

  private static boolean holds(Report report, Slot slot, Token token) {
    return report.held().stream()
        .anyMatch(held -> held.slot().equals(slot) && held.token().compareTo(token) >= 0);
  }

  private static boolean reserves(Report report, Slot slot, Token token) {
    return report.reserved().stream()
        .anyMatch(known -> known.slot().equals(slot) && known.token().compareTo(token) >= 0);
  }

  void stopped(Slot slot, Token token) {
    raiseFloor(slot, token);
    unanswered.computeIfPresent(
        slot, (key, sent) -> sent.order().token().compareTo(token) <= 0 ? null : sent);
  }

  void refused(Slot slot, Token token) {
    unanswered.computeIfPresent(
        slot,
        (key, sent) -> isGiving(sent.order()) && sent.order().token().equals(token) ? null : sent);
  }

  private static boolean isGiving(SlotOrder order) {
    return order instanceof Grant || order instanceof Reserve;
  }

  /** Notes an order as sent; it takes the place of an unanswered one of the same slot. */
  Order send(SlotOrder order, Moment now) {
    unanswered.put(order.slot(), new Unanswered(order, now, now));
    return order;
  }

  boolean awaitsAnything() {
    return asked != null || !unanswered.isEmpty();
  }

  /** The orders to repeat now. */
  List<Order> due(Duration resend, Moment now) {
    if (!awaitsAnything()) {
      return List.of();
    }
    List<Order> due = new ArrayList<>();
    if (asked != null && now.isPast(asked.sentAt(), resend)) {
      due.add(ask(asked.question(), now));
    }
    unanswered.replaceAll(
        (slot, sent) -> {
          if (!now.isPast(sent.sentAt(), resend)) {
            return sent;
          }
          due.add(sent.order());
          return new Unanswered(sent.order(), sent.firstSentAt(), now);
        });
    return due;
  }

  /** Everything that the node holds, or may hold. */
  Collection<Holding> holdings() {
    SortedMap<Slot, Holding> holdings = new TreeMap<>();
    if (report != null) {
      for (Reserved known : report.reserved()) {
        if (!isBelowFloor(known.slot(), known.token())) {
          holdings.put(
              known.slot(),
              new Holding(
                  known.slot(), node, known.token(), Phase.RESERVED, condition(known), false));
        }
      }
      for (Held held : report.held()) {
        if (!isBelowFloor(held.slot(), held.token())) {
          holdings.put(
              held.slot(),
              new Holding(held.slot(), node, held.token(), phase(held), Set.of(), false));
        }
      }
    }
    unanswered.forEach(
        (slot, sent) -> {
          Holding known = holdings.get(slot);
          Holding believed = believed(slot, sent.order(), known);
          if (believed != null) {
            holdings.put(slot, believed);
          }
        });
    return holdings.values();
  }

  private static Set<Incarnation> condition(Reserved reserved) {
    return Set.copyOf(reserved.condition());
  }

  private @Nullable Holding believed(Slot slot, SlotOrder order, @Nullable Holding known) {
    if (order instanceof Grant) {
      Phase phase = known != null && known.phase().isRight() ? known.phase() : Phase.ORDERED;
      return new Holding(slot, node, order.token(), phase, Set.of(), true);
    } else if (order instanceof Reserve reserve) {
      return new Holding(
          slot, node, order.token(), Phase.RESERVED, Set.copyOf(reserve.condition()), true);
    } else if (order instanceof Revoke) {
      // Counts as held until it is answered, even where no report shows it: a grant may be late.
      return new Holding(slot, node, order.token(), Phase.ENDING, Set.of(), true);
    }
    Set<Incarnation> condition = known == null ? Set.of() : known.condition();
    return new Holding(slot, node, order.token(), Phase.WITHDRAWN, condition, true);
  }

  private static Phase phase(Held held) {
    return switch (held.state()) {
      case STARTING, RESTARTING -> Phase.ORDERED;
      case RUNNING, COMPLETED -> Phase.RUNNING;
      case STOPPING -> Phase.ENDING;
    };
  }

  /** What the node gave up, by its newest report. */
  List<Released> released() {
    return report == null ? List.of() : report.released();
  }

  /** Why the node takes no roles, for people. */
  Optional<String> closed() {
    if (report == null) {
      return Optional.of("has not reported yet");
    }
    return switch (report.standing()) {
      case OPEN -> Optional.empty();
      case WITHOUT_LEASE -> Optional.of("has no lease");
      case CLOSED -> Optional.of("takes no roles at present");
      case LEAVING -> Optional.of("is leaving");
    };
  }

  /** Whether the voters that the node knows are of a cluster. */
  boolean votersAreOf(long cluster) {
    return report != null && report.shared().voters().cluster() == cluster;
  }

  /** Whether the node wants its rights revoked. */
  boolean leaving() {
    return report != null
        && (report.standing() == Report.Standing.LEAVING
            || report.standing() == Report.Standing.CLOSED);
  }

  /** Notes which differences the node is told; false if it was told the same before. */
  boolean tell(List<Difference> differences) {
    if (toldDifferences.equals(differences)) {
      return false;
    }
    toldDifferences = differences;
    return true;
  }

  private boolean isBelowFloor(Slot slot, Token token) {
    Token floor = floors.get(slot);
    return floor != null && token.compareTo(floor) <= 0;
  }

  private void raiseFloor(Slot slot, Token token) {
    floors.merge(slot, token, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }
}
