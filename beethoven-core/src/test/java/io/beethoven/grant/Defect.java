package io.beethoven.grant;

import java.util.List;

/**
 * A deliberate defect, and where it shows.
 *
 * @param name what is wrong
 * @param file the source file, below {@code src/main/java}
 * @param snippet what stands there, exactly once
 * @param replacement what stands there instead
 * @param shownBy a schedule, or {@link MutantRun#RANDOM}
 * @param seed with which seed it shows
 */
record Defect(
    String name, String file, String snippet, String replacement, String shownBy, long seed) {

  private static final String GRANT = "io/beethoven/grant/";
  private static final String EVIDENCE = "io/beethoven/evidence/";

  @Override
  public String toString() {
    return name;
  }

  private static Defect random(
      String name, String file, String snippet, String replacement, long seed) {
    return new Defect(name, file, snippet, replacement, MutantRun.RANDOM, seed);
  }

  private static Defect directed(
      String name, String file, String snippet, String replacement, Schedules.Named schedule) {
    long seed = schedule == Schedules.Named.VOTERS_OF_A_QUORUM ? 3 : 0;
    return new Defect(name, file, snippet, replacement, schedule.name(), seed);
  }

  /** Those whose stored seed or schedule shows them. */
  static List<Defect> shown() {
    return List.of(
        random(
            "bounded gather",
            GRANT + "Allocator.java",
            ".allMatch(node -> belief(node, now).hasReported() || exclusions.isExcluded(node));",
            ".allMatch(node -> true);",
            78),
        random(
            "contact is what is heard",
            GRANT + "Participant.java",
            "    leaseTerms.put(from, request.leaseTerm());\n",
            "    leaseTerms.put(from, request.leaseTerm());\n"
                + "    account.credit(from, heard.get(from));\n",
            75),
        random(
            "lower epoch obeyed",
            GRANT + "Participant.java",
            "if (byEpoch < 0 || rival",
            "if (rival",
            162),
        random(
            "half is a quorum",
            EVIDENCE + "Quorum.java",
            "return 2 * agreeing > live.size()",
            "return 2 * agreeing >= live.size()",
            98),
        random(
            "half is enough for a lease",
            GRANT + "LeaseAccount.java",
            "sent[(live - 1) / 2]",
            "sent[live / 2]",
            185),
        random(
            "a forfeited right comes back",
            GRANT + "Participant.java",
            "      effects.addAll(rights.forfeit());\n",
            "",
            151),
        random(
            "an unfenced instance is forgotten with its right",
            GRANT + "Rights.java",
            "if (!right.spec.fenced()) {",
            "if (slot == null) {",
            60),
        random(
            "silent nodes hold what they held",
            GRANT + "Participant.java",
            "    } else if (!holds && (leased || !rights.holdsNothing())) {",
            "    } else if (!holds && leased && rights.holdsNothing()) {",
            151),
        directed(
            "voters stored by a quorum",
            GRANT + "VoterChange.java",
            "if (stored.containsAll(live) && !live.isEmpty()) {",
            "if (reign.quorum(stored) && !live.isEmpty()) {",
            Schedules.Named.VOTERS_OF_A_QUORUM),
        directed(
            "a new voter that nobody asked for credit",
            GRANT + "VoterChange.java",
            "if (armed.test(node)) {",
            "if (node != null) {",
            Schedules.Named.LOWEST_JOINER));
  }

  /** Those that no stored run shows yet: looked for at night. */
  static List<Defect> sought() {
    return List.of(
        random(
            "lease from the receipt",
            GRANT + "Participant.java",
            "account.credit(credit.from(), credit.sent())",
            "account.credit(credit.from(), now)",
            0),
        random(
            "exclusion of one round",
            GRANT + "Exclusions.java",
            "if (exclusion.voters.quorum(both, exclusion.deadAtFirst)) {",
            "if (node != null) {",
            0),
        random(
            "exclusion without waiting",
            GRANT + "Exclusions.java",
            "} else if (now.isPast(exclusion.firstComplete, leaseEnd(exclusion))) {",
            "} else if (now.isPast(exclusion.firstComplete, leaseEnd(exclusion).dividedBy(4))) {",
            0),
        random(
            "a stop that is not waited for",
            GRANT + "Exclusions.java",
            "now.isPast(exclusion.firstComplete, leaseEnd(exclusion).plus(unfenced))",
            "now.isPast(exclusion.firstComplete, leaseEnd(exclusion))",
            0),
        random(
            "no token floor",
            GRANT + "Rights.java",
            "if (order.token().compareTo(floor(slot)) <= 0) {",
            "if (slot == null) {",
            0),
        random(
            "no session",
            GRANT + "Rights.java",
            "    if (order.session() != session) {\n      return Optional.of(Reason.SESSION);",
            "    if (order.session() > session) {\n      return Optional.of(Reason.SESSION);",
            0),
        random(
            "votes for any are votes for all",
            EVIDENCE + "Evidence.java",
            ".filter(voter -> votesOf(voter).containsAll(x))",
            ".filter(voter -> x.stream().anyMatch(votesOf(voter)::contains))",
            0),
        random(
            "a withdrawal counts before it is answered",
            GRANT + "NodeBelief.java",
            "    unanswered.forEach(\n        (slot, sent) -> {\n",
            "    unanswered.forEach(\n        (slot, sent) -> {\n"
                + "          if (sent.order() instanceof Order.Withdraw) {\n"
                + "            holdings.remove(slot);\n            return;\n          }\n",
            0),
        random(
            "edits acknowledged by a quorum",
            GRANT + "EditLog.java",
            "int count = (int) all.stream().filter(voter -> stored.contains(voter)).count();",
            "int count = reign.quorum(stored) ? all.size() : 0;",
            0),
        directed(
            "no back-off",
            GRANT + "Allocator.java",
            "silentUntil = now.plus(Duration.ofMillis(1 + random.nextLong(most)));",
            "silentUntil = now.plus(Duration.ofMillis(most / most));",
            Schedules.Named.DUEL),
        directed(
            "credit without voters",
            GRANT + "Participant.java",
            "    adopt(contact.from(), contact.shared(), effects, now);\n",
            "    if (contact instanceof CreditRequest) {\n"
                + "      adopt(contact.from(), contact.shared(), effects, now);\n    }\n",
            Schedules.Named.CREDIT_WITHOUT_VOTERS),
        directed(
            "credit after the goodbye",
            GRANT + "Participant.java",
            "if (departed || evidence.dead().contains(contact.from())) {",
            "if (evidence.dead().contains(contact.from())) {",
            Schedules.Named.LINGERING_GOODBYE),
        directed(
            "a joiner unknown to a voter",
            GRANT + "Allocator.java",
            "return owing.isEmpty() ? Optional.empty() : Optional.of(\"is being admitted\");",
            "return Optional.empty();",
            Schedules.Named.UNKNOWN_JOINER),
        directed(
            "refounded by a quorum",
            GRANT + "Refounding.java",
            "      if (standing.isEmpty()) {\n        return false;\n      }\n",
            "      if (standing.isEmpty()) {\n        continue;\n      }\n",
            Schedules.Named.RETURNED_MAJORITY));
  }
}
