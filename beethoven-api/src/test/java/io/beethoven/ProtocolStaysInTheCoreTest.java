package io.beethoven;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.beethoven.evidence.Evidence;
import io.beethoven.evidence.Quorum;
import io.beethoven.evidence.VoterSet;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Allocator;
import io.beethoven.grant.Answer;
import io.beethoven.grant.Contact;
import io.beethoven.grant.Edits;
import io.beethoven.grant.Order;
import io.beethoven.grant.Participant;
import io.beethoven.grant.Report;
import io.beethoven.model.Epoch;
import io.beethoven.model.Token;
import java.util.Set;

/**
 * Who may run what is decided in the core, by the classes that are simulated; actors carry it out
 * and decide nothing. The rehearsal of a failover, which plays all nodes of an invented cluster, is
 * left out, and so is the file of a node's state, which reads what was decided.
 */
@AnalyzeClasses(
    packages = "io.beethoven",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ProtocolStaysInTheCoreTest {

  private static final DescribedPredicate<JavaClass> ACTORS =
      resideInAPackage("io.beethoven.actors..")
          .and(
              describe(
                  "are not the rehearsal",
                  type -> !type.getFullName().contains("FailoverRehearsal")));

  private static final Set<Class<?>> DECISIONS =
      Set.of(Token.class, Epoch.class, Report.class, Voters.class, VoterSet.class, Edits.class);

  private static final Set<Class<?>> SAYINGS = Set.of(Order.class, Answer.class, Contact.class);

  private static final Set<String> JUDGEMENTS =
      Set.of("prove", "vote", "depart", "declare", "withVoters", "retain");

  @ArchTest
  static final ArchRule SHOULD_MAKE_NO_TOKENS_EPOCHS_REPORTS_OR_VOTERS =
      noClasses()
          .that(ACTORS)
          .and()
          .resideOutsideOfPackage("io.beethoven.actors.state")
          .should()
          .callConstructorWhere(makes(DECISIONS));

  @ArchTest
  static final ArchRule SHOULD_WORD_NO_ORDERS_AND_ANSWERS =
      noClasses()
          .that(ACTORS)
          .should()
          .callConstructorWhere(
              describe(
                  "makes an order, an answer or a contact",
                  (JavaConstructorCall call) ->
                      SAYINGS.stream().anyMatch(call.getTargetOwner()::isAssignableTo)));

  @ArchTest
  static final ArchRule SHOULD_JUDGE_NO_DEATHS_AND_QUORUMS =
      noClasses()
          .that(ACTORS)
          .should()
          .callMethodWhere(
              describe(
                  "judges a quorum or a death",
                  (JavaMethodCall call) ->
                      isOf(call, Quorum.class)
                          || isOf(call, Evidence.class) && JUDGEMENTS.contains(call.getName())
                          || isOf(call, Voters.class) && call.getName().equals("quorum")));

  @ArchTest
  static final ArchRule SHOULD_HOLD_THE_PROTOCOL_IN_ONE_ACTOR_EACH =
      classes()
          .that(ACTORS)
          .and(
              describe(
                  "call the protocol's state machines",
                  type ->
                      type.getMethodCallsFromSelf().stream()
                          .anyMatch(
                              call ->
                                  isOf(call, Participant.class) || isOf(call, Allocator.class))))
          .should()
          .haveSimpleName("RoleServer")
          .orShould()
          .haveSimpleName("RoleAllocator");

  /** A rule over no classes holds always, so this shows that the others have seen the actors. */
  @ArchTest
  static void shouldHaveSeenTheActorsWhenChecked(JavaClasses all) {
    assertThat(all.stream().filter(ACTORS).map(JavaClass::getSimpleName))
        .contains("RoleServer", "RoleAllocator", "PeerRegistry", "NodeLifecycle");
    JavaClass server = all.get("io.beethoven.actors.role.RoleServer");
    assertThat(server.getMethodCallsFromSelf()).anyMatch(call -> isOf(call, Participant.class));
  }

  private static DescribedPredicate<JavaConstructorCall> makes(Set<Class<?>> types) {
    return describe(
        "makes one of " + types,
        call -> types.stream().anyMatch(type -> call.getTargetOwner().isEquivalentTo(type)));
  }

  private static boolean isOf(JavaCall<?> call, Class<?> type) {
    return call.getTargetOwner().isEquivalentTo(type);
  }
}
