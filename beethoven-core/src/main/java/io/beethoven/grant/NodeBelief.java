package io.beethoven.grant;

import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.Released;
import io.beethoven.model.Holding;
import io.beethoven.model.Holding.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the allocator believes of one node: its newest report, and the orders that it has not
 * answered yet, which count as obeyed. So the node never holds more than is believed.
 */
final class NodeBelief {

  private final Incarnation node;
  private final SortedMap<Slot, Unanswered> unanswered = new TreeMap<>();
  private final SortedMap<Slot, Token> floors = new TreeMap<>();
  private @Nullable Unanswered prepare;
  private @Nullable Report report;
  private Catalog catalog = Catalog.EMPTY;
  private Instant heardAt = Instant.EPOCH;
  private long version;
  private boolean promisedOnce;
  private long confirmedRound;
  private long admissionRound;
  private List<Difference> toldDifferences = List.of();

  private record Unanswered(Order order, Token token, Instant sentAt) {}

  NodeBelief(Incarnation node) {
    this.node = node;
  }

  Incarnation node() {
    return node;
  }

  /** The report under the present reign, if there is one. */
  Optional<Report> report() {
    return Optional.ofNullable(report);
  }

  Catalog catalog() {
    return catalog;
  }

  /** Whether the node ever promised an epoch of this allocator. */
  boolean promisedOnce() {
    return promisedOnce;
  }

  /** Asks for a report under a new reign, or after the node was away. */
  Order prepare(Prepare order, Instant now) {
    report = null;
    toldDifferences = List.of();
    confirmedRound = 0;
    admissionRound = 0;
    return confirm(order, now);
  }

  /** Asks whether the node still keeps its promise. */
  Order confirm(Prepare order, Instant now) {
    prepare = new Unanswered(order, Token.NONE, now);
    return order;
  }

  /** Notes that the node said something. */
  void heard(Instant now) {
    heardAt = now;
  }

  /** Whether the node has said nothing for so long that its promise may be another allocator's. */
  boolean isSilent(Instant now, Duration askAfter) {
    return prepare == null && isPast(heardAt, askAfter, now);
  }

  /** Takes in a promise. Reports that are older than what is known are dropped. */
  void promised(Report newer, Catalog newCatalog, long round) {
    confirmedRound = Math.max(confirmedRound, round);
    if (prepare != null && prepare.order() instanceof Prepare asked && asked.round() <= round) {
      prepare = null;
    }
    if (newer.version() <= version) {
      return;
    }
    if (report == null) {
      // Orders of former reigns are not obeyed after this promise, so they need not be counted.
      unanswered.values().removeIf(sent -> !sent.order().epoch().equals(newer.promised()));
    }
    catalog = newCatalog;
    promisedOnce = true;
    take(newer);
  }

  /** Lets the node take roles only after all others have confirmed their promises in a round. */
  void admitAfter(long round) {
    admissionRound = round;
  }

  long admissionRound() {
    return admissionRound;
  }

  long confirmedRound() {
    return confirmedRound;
  }

  /** Takes in a report; false if it is older than what is known, or if no promise came before. */
  boolean reported(Report newer) {
    if (report == null || newer.version() <= version) {
      return false;
    }
    take(newer);
    return true;
  }

  private void take(Report newer) {
    report = newer;
    version = newer.version();
    newer.released().forEach(given -> raiseFloor(given.slot(), given.token()));
    unanswered.entrySet().removeIf(sent -> isAnswered(sent.getKey(), sent.getValue(), newer));
  }

  private boolean isAnswered(Slot slot, Unanswered sent, Report newer) {
    if (sent.order() instanceof Grant grant) {
      return grant.session() != newer.session()
          || isBelowFloor(slot, sent.token())
          || newer.held().stream()
              .anyMatch(h -> h.slot().equals(slot) && h.token().compareTo(sent.token()) >= 0);
    }
    // A report without the right does not answer a revoke: a grant may still be under way.
    return sent.order() instanceof Revoke revoke && revoke.session() != newer.session();
  }

  void stopped(Slot slot, Token token) {
    raiseFloor(slot, token);
    unanswered.computeIfPresent(
        slot, (key, sent) -> sent.token().compareTo(token) <= 0 ? null : sent);
  }

  void refused(Slot slot, Token token) {
    unanswered.computeIfPresent(
        slot,
        (key, sent) -> sent.order() instanceof Grant && sent.token().equals(token) ? null : sent);
  }

  /** Notes a grant as sent. */
  Order send(Grant order, Instant now) {
    unanswered.put(order.slot(), new Unanswered(order, order.token(), now));
    return order;
  }

  /** Notes a revoke as sent; it takes the place of an unanswered grant of the same slot. */
  Order send(Revoke order, Instant now) {
    unanswered.put(order.slot(), new Unanswered(order, order.token(), now));
    return order;
  }

  boolean awaits(Slot slot) {
    return unanswered.containsKey(slot);
  }

  boolean awaitsAnything() {
    return prepare != null || !unanswered.isEmpty();
  }

  /** The orders to repeat now. A clock that was set back makes them due, too. */
  List<Order> due(Instant now, Duration resend) {
    List<Order> due = new ArrayList<>();
    if (prepare != null && isDue(prepare, now, resend)) {
      prepare = new Unanswered(prepare.order(), Token.NONE, now);
      due.add(prepare.order());
    }
    unanswered.replaceAll(
        (slot, sent) -> {
          if (!isDue(sent, now, resend)) {
            return sent;
          }
          due.add(sent.order());
          return new Unanswered(sent.order(), sent.token(), now);
        });
    return due;
  }

  private static boolean isDue(Unanswered sent, Instant now, Duration resend) {
    return isPast(sent.sentAt(), resend, now);
  }

  private static boolean isPast(Instant from, Duration time, Instant now) {
    return now.isBefore(from) || !now.isBefore(from.plus(time));
  }

  /** Everything that the node holds, or may hold. */
  Collection<Holding> holdings() {
    SortedMap<Slot, Holding> holdings = new TreeMap<>();
    if (report != null) {
      for (Held held : report.held()) {
        if (!isBelowFloor(held.slot(), held.token())) {
          holdings.put(held.slot(), new Holding(held.slot(), node, held.token(), phase(held)));
        }
      }
    }
    unanswered.forEach(
        (slot, sent) ->
            holdings.merge(
                slot,
                new Holding(slot, node, sent.token(), phase(sent)),
                (held, ordered) ->
                    new Holding(
                        slot,
                        node,
                        sent.token(),
                        ordered.phase() == Phase.ENDING ? Phase.ENDING : held.phase())));
    return holdings.values();
  }

  private static Phase phase(Held held) {
    return switch (held.state()) {
      case STARTING, RESTARTING -> Phase.ORDERED;
      case RUNNING, COMPLETED -> Phase.RUNNING;
      case STOPPING -> Phase.ENDING;
    };
  }

  private static Phase phase(Unanswered sent) {
    return sent.order() instanceof Revoke ? Phase.ENDING : Phase.ORDERED;
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
    if (report.draining()) {
      return Optional.of("is leaving");
    }
    return report.accepting() ? Optional.empty() : Optional.of("takes no roles at present");
  }

  /** Whether the node wants its rights revoked. */
  boolean leaving() {
    return report != null && (report.draining() || !report.accepting());
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
