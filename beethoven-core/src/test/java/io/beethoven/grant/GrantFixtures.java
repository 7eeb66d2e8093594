package io.beethoven.grant;

import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Contact.Credit;
import io.beethoven.grant.Contact.CreditRequest;
import io.beethoven.grant.ParticipantEffect.Reply;
import io.beethoven.grant.ParticipantEffect.Send;
import io.beethoven.grant.ParticipantEffect.Tell;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes, roles and times to test the protocol of rights with; node A has the lowest address. */
final class GrantFixtures {

  static final Timing FAST =
      new Timing(
          Duration.ofMillis(400),
          Duration.ofMillis(1_500),
          Duration.ofMillis(2_000),
          Duration.ofMillis(500),
          Duration.ofMillis(60),
          Duration.ofSeconds(60));

  static final Moment T0 =
      new Moment(Duration.ofHours(1).toNanos(), Instant.parse("2026-01-01T00:00:00Z"));

  static final Incarnation A = node(1);
  static final Incarnation B = node(2);
  static final Incarnation C = node(3);
  static final Incarnation D = node(4);
  static final Incarnation E = node(5);

  static final RoleName WORK = new RoleName("work");
  static final RoleName OTHER = new RoleName("other");
  static final Slot SLOT = new Slot(WORK, 0);
  static final Slot SECOND = new Slot(WORK, 1);
  static final RoleSpec SPEC = spec(WORK, 2);

  /** A reign of node A. */
  static final Epoch EPOCH = new Epoch(5, A.uid());

  private GrantFixtures() {}

  static Incarnation node(int number) {
    return new Incarnation(new NodeId("127.0.0." + number, 25520), 100 + number);
  }

  /** The next life of a node. */
  static Incarnation reborn(Incarnation node) {
    return new Incarnation(node.node(), node.uid() + 1_000);
  }

  /** So many milliseconds after {@link #T0}, by both clocks. */
  static Moment at(long millis) {
    return T0.plus(Duration.ofMillis(millis));
  }

  /** So many milliseconds after {@link #T0}, each clock for itself. */
  static Moment at(long monotonicMillis, long wallMillis) {
    return new Moment(at(monotonicMillis).nanos(), at(wallMillis).wall());
  }

  static Voters voters(Incarnation... nodes) {
    return new Voters(7, 3, Epoch.NONE, new VoterSet(List.of(nodes)), Optional.empty());
  }

  static VoterSet set(Incarnation... nodes) {
    return new VoterSet(List.of(nodes));
  }

  static Token token(long seq) {
    return new Token(EPOCH, seq);
  }

  static RoleSpec spec(RoleName name, int count) {
    return spec(name, count, HandOver.STOP_FIRST, true);
  }

  static RoleSpec spec(RoleName name, int count, HandOver handOver, boolean fenced) {
    return new RoleSpec(
        name,
        count,
        Map.of(),
        Readiness.ON_START,
        false,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        handOver,
        fenced);
  }

  // a participant's steps

  /** A node with these voters stored; it has no lease yet. */
  static Participant participant(Incarnation self, Voters voters, Incarnation... members) {
    Participant participant =
        new Participant(
            self,
            new Catalog(List.of(WORK, OTHER), List.of(), List.of()),
            FAST,
            new Durable(voters, Epoch.NONE, Edits.NONE, Duration.ZERO),
            T0);
    participant.members(List.of(members), T0);
    return participant;
  }

  static Credit credit(Incarnation from, Voters voters, Epoch promised, Moment sent) {
    return new Credit(from, sent, new Shared(voters, List.of()), promised, List.of(), 0);
  }

  static CreditRequest request(Incarnation from, Voters voters, Moment sent) {
    return new CreditRequest(
        from, sent, FAST.leaseTerm(), new Shared(voters, List.of()), List.of(), 0);
  }

  static <T> List<T> only(List<?> effects, Class<T> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  static List<Answer> replies(List<ParticipantEffect> effects) {
    return only(effects, Reply.class).stream().map(Reply::answer).toList();
  }

  static List<Answer> told(List<ParticipantEffect> effects) {
    return only(effects, Tell.class).stream().map(Tell::answer).toList();
  }

  /** The report that was told last. */
  static Report report(List<ParticipantEffect> effects) {
    List<Reported> reports = only(told(effects), Reported.class);
    return reports.get(reports.size() - 1).report();
  }

  static List<Contact> sentTo(Incarnation node, List<ParticipantEffect> effects) {
    return only(effects, Send.class).stream()
        .filter(send -> send.to().equals(node))
        .map(Send::contact)
        .toList();
  }
}
