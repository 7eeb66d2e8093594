package io.beethoven.grant;

import io.beethoven.grant.Schedules.Named;
import java.util.List;
import java.util.stream.Stream;

/** The deliberate defects, by the rules that they break. */
final class Defects {

  private static final String EVIDENCE = "io/beethoven/evidence/";
  private static final String GRANT = "io/beethoven/grant/";
  private static final String ALLOCATOR = GRANT + "Allocator.java";
  private static final String EXCLUSIONS = GRANT + "Exclusions.java";
  private static final String PARTICIPANT = GRANT + "Participant.java";
  private static final String RIGHTS = GRANT + "Rights.java";

  private Defects() {}

  /** All of them, each with the stored seed or schedule that shows it. */
  static List<Defect> all() {
    return Stream.of(ofEvidence(), ofLeases(), ofExclusions(), ofOrders(), ofAllocators())
        .flatMap(List::stream)
        .toList();
  }

  /** Rules 3.4 to 3.6. */
  private static List<Defect> ofEvidence() {
    return List.of(
        Defect.of(
            "half is a quorum",
            EVIDENCE + "Quorum.java",
            "return 2 * agreeing > live.size()",
            "return 2 * agreeing >= live.size()",
            0),
        Defect.of(
            "a vote counts twice",
            EVIDENCE + "Quorum.java",
            "agreeing += q.contains(voter) ? 1 : 0;",
            "agreeing += !q.contains(voter) ? 0 : voter.equals(live.voters().get(0)) ? 2 : 1;",
            9),
        Defect.of(
            "votes for any are votes for all",
            EVIDENCE + "Evidence.java",
            ".filter(voter -> votesOf(voter).containsAll(x))",
            ".filter(voter -> x.stream().anyMatch(votesOf(voter)::contains))",
            74),
        Defect.of(
            "goodbye before the roles stopped",
            RIGHTS,
            "    return Stream.concat(rights.keySet().stream(), ending.keySet().stream())\n"
                + "        .distinct()",
            "    return rights.keySet().stream()\n"
                + "        .filter(slot -> rights.get(slot).state != InstanceState.STOPPING)",
            443),
        Defect.of(
                "credit after the goodbye",
                PARTICIPANT,
                "if (departed || evidence.dead().contains(contact.from())) {",
                "if (evidence.dead().contains(contact.from())) {",
                1)
            .by(Named.LINGERING_GOODBYE),
        Defect.of(
                "voters stored by a quorum",
                GRANT + "VoterChange.java",
                "if (stored.containsAll(live) && !live.isEmpty()) {",
                "if (reign.quorum(stored) && !live.isEmpty()) {",
                3)
            .by(Named.VOTERS_OF_A_QUORUM),
        Defect.of(
                "a new voter that nobody asked for credit",
                GRANT + "VoterChange.java",
                "if (armed.test(node)) {",
                "if (node != null) {",
                1)
            .by(Named.LOWEST_JOINER));
  }

  /** Rule 4.2. */
  private static List<Defect> ofLeases() {
    return List.of(
        Defect.of(
            "contact is what is heard",
            PARTICIPANT,
            "      leaseTerms.said(request.from(), request.leaseTerm());\n",
            "      leaseTerms.said(request.from(), request.leaseTerm());\n"
                + "      account.credit(request.from(), now);\n",
            12),
        Defect.of(
            "lease from the receipt",
            PARTICIPANT,
            "account.credit(credit.from(), credit.sent())",
            "account.credit(credit.from(), now)",
            6327),
        Defect.of(
                "credit without voters",
                PARTICIPANT,
                "    adopt(contact.from(), contact.shared(), effects, now);\n",
                "    if (contact instanceof CreditRequest) {\n"
                    + "      adopt(contact.from(), contact.shared(), effects, now);\n    }\n",
                2)
            .by(Named.CREDIT_WITHOUT_VOTERS),
        Defect.of(
            "half is enough for a lease",
            GRANT + "LeaseAccount.java",
            "sent[(live - 1) / 2]",
            "sent[live / 2]",
            98),
        Defect.of(
            "a forfeited right comes back",
            PARTICIPANT,
            "      effects.addAll(rights.forfeit());\n",
            "",
            2),
        Defect.of(
            "silent nodes hold what they held",
            PARTICIPANT,
            "    } else if (!holds && (leased || !rights.holdsNothing())) {",
            "    } else if (!holds && leased && rights.holdsNothing()) {",
            2));
  }

  /** Rule 4.3. */
  private static List<Defect> ofExclusions() {
    return List.of(
        // A voter that promises more than the excluding epoch makes its credit count again; only
        // who heard it from nobody takes orders of the former reign, and not for longer than a
        // lease. So random runs hardly ever show it.
        Defect.of(
                "exclusion of one round",
                EXCLUSIONS,
                "if (exclusion.voters.quorum(both, exclusion.deadAtFirst)) {",
                "if (node != null) {",
                0)
            .by(Named.BLOCK_THAT_ENDED),
        // Round 2 and the end both wait for it, so the time itself has to be wrong.
        Defect.of(
            "exclusion without waiting",
            EXCLUSIONS,
            "    return Timing.leaseEnd(exclusion.leaseTerm);",
            "    return Timing.leaseEnd(exclusion.leaseTerm).dividedBy(4);",
            47),
        Defect.of(
            "a stop that is not waited for",
            EXCLUSIONS,
            "now.isPast(exclusion.firstComplete, leaseEnd(exclusion).plus(unfenced))",
            "now.isPast(exclusion.firstComplete, leaseEnd(exclusion))",
            1799),
        Defect.of(
            "an unfenced instance is forgotten with its right",
            RIGHTS,
            "if (!right.spec.fenced()) {",
            "if (slot == null) {",
            244));
  }

  /** Rule 4.5. */
  private static List<Defect> ofOrders() {
    return List.of(
        Defect.of("lower epoch obeyed", PARTICIPANT, "if (byEpoch < 0 || rival", "if (rival", 317),
        Defect.of(
            "no token floor",
            RIGHTS,
            "if (order.token().compareTo(floor(slot)) <= 0) {",
            "if (slot == null) {",
            590),
        // Needs an order that is on its way for longer than an exclusion takes, when nothing of it
        // is known at its receiver.
        Defect.of(
                "no session",
                RIGHTS,
                "    if (order.session() != session) {\n      return Optional.of(Reason.SESSION);",
                "    if (order.session() > session) {\n      return Optional.of(Reason.SESSION);",
                2)
            .by(Named.FORMER_SESSION));
  }

  /** Rule 4.6. */
  private static List<Defect> ofAllocators() {
    return List.of(
        Defect.of(
            "bounded gather",
            ALLOCATOR,
            ".allMatch(node -> beliefs.hasReported(node) || exclusions.isExcluded(node));",
            ".allMatch(node -> true);",
            1),
        Defect.of(
            "a withdrawal counts before it is answered",
            GRANT + "NodeBelief.java",
            "    unanswered.forEach(\n        (slot, sent) -> {\n",
            "    unanswered.forEach(\n        (slot, sent) -> {\n"
                + "          if (sent.order() instanceof Order.Withdraw) {\n"
                + "            holdings.remove(slot);\n            return;\n          }\n",
            13),
        Defect.of(
                "a joiner unknown to a voter",
                GRANT + "Issuing.java",
                "return owing.isEmpty() ? Optional.empty() : Optional.of(\"is being admitted\");",
                "return Optional.empty();",
                7)
            .by(Named.UNKNOWN_JOINER),
        Defect.of(
            "edits acknowledged by a quorum",
            GRANT + "EditLog.java",
            "int count = (int) all.stream().filter(voter -> stored.contains(voter)).count();",
            "int count = reign.quorum(stored) ? all.size() : 0;",
            58),
        Defect.of(
                "refounded by a quorum",
                GRANT + "Refounding.java",
                "      if (standing.isEmpty()) {\n        return false;\n      }\n",
                "      if (standing.isEmpty()) {\n        continue;\n      }\n",
                0)
            .by(Named.RETURNED_MAJORITY),
        // That a voter promises nothing to whom it blocks ends a duel by itself, and so does it
        // that
        // an allocator that lost its lease waits for it.
        Defect.of(
                "no back-off",
                ALLOCATOR,
                "silentUntil = now.plus(Duration.ofMillis(1 + random.nextLong(most)));",
                "silentUntil = now.plus(Duration.ofMillis(most / most));",
                0)
            .and(
                PARTICIPANT,
                "    return blocks.isBlocked(order.epoch().allocatorUid());",
                "    return order == null;")
            .and(ALLOCATOR, "if (!hadLease || outlook.leased(now)) {", "if (now != null) {")
            .by(Named.DUEL));
  }
}
