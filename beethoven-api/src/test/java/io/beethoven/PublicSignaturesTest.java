package io.beethoven;

import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who calls the API need not know Pekko, but to attach to a given system or to bring a behavior.
 */
@AnalyzeClasses(
    packages = "io.beethoven",
    importOptions = PublicSignaturesTest.ProductionCode.class)
class PublicSignaturesTest {
  private static final Set<String> ALLOWED =
      Set.of("org.apache.pekko.actor.typed.ActorSystem", "org.apache.pekko.actor.typed.Behavior");

  @ArchTest
  static void shouldShowNoPekkoTypeWhenPublic(JavaClasses all) {
    classes()
        .that()
        .resideInAPackage("io.beethoven")
        .and()
        .arePublic()
        .should(showNoPekkoType())
        .allowEmptyShould(true)
        .check(all);
  }

  /** A rule over no classes holds always, so this shows that the rule has seen the API. */
  @ArchTest
  static void shouldHaveSeenTheFacadeWhenThereIsAny(JavaClasses all) {
    List<String> api =
        all.stream()
            .filter(type -> type.getPackageName().equals("io.beethoven"))
            .map(JavaClass::getName)
            .toList();

    assertThat(api).contains("io.beethoven.package-info");
    if (api.size() > 1) {
      assertThat(api).contains("io.beethoven.Beethoven");
    }
  }

  private static ArchCondition<JavaClass> showNoPekkoType() {
    return new ArchCondition<>("show no Pekko type but ActorSystem and Behavior") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream.concat(
                type.getInterfaces().stream(),
                Stream.concat(type.getSuperclass().stream(), type.getTypeParameters().stream()))
            .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
            .filter(PublicSignaturesTest::isHidden)
            .forEach(shown -> report(type.getName(), shown, events));
        for (JavaMember member : type.getMembers()) {
          if (isShown(member)) {
            typesOf(member)
                .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
                .filter(PublicSignaturesTest::isHidden)
                .forEach(shown -> report(member.getFullName(), shown, events));
          }
        }
      }
    };
  }

  private static void report(String where, JavaClass shown, ConditionEvents events) {
    String text = where + " shows " + shown.getName();
    events.add(SimpleConditionEvent.violated(where, text));
  }

  private static boolean isShown(JavaMember member) {
    Set<JavaModifier> modifiers = member.getModifiers();
    return !modifiers.contains(PRIVATE)
        && !modifiers.contains(JavaModifier.SYNTHETIC)
        && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
  }

  private static Stream<JavaType> typesOf(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit unit = (JavaCodeUnit) member;
    return Stream.of(
            unit.getParameterTypes().stream(),
            Stream.of(unit.getReturnType()),
            unit.getTypeParameters().stream().map(JavaType.class::cast),
            unit.getExceptionTypes().stream().map(JavaType.class::cast))
        .flatMap(types -> types);
  }

  private static boolean isHidden(JavaClass type) {
    return type.getPackageName().startsWith("org.apache.pekko")
        && !ALLOWED.contains(type.getName());
  }

  /** Leaves tests out, whatever the name of the build folder. */
  static final class ProductionCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }
}
