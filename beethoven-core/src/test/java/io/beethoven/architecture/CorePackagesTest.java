package io.beethoven.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Every part of the core knows the words of {@code model}, and hardly any knows another part. */
@AnalyzeClasses(packages = "io.beethoven", importOptions = ProductionCode.class)
class CorePackagesTest {
  /** Package to what it may know besides itself. */
  private static final Map<String, List<String>> MAY_KNOW =
      new TreeMap<>(
          Map.of(
              "model", List.of(),
              "error", List.of(),
              "role", List.of("model"),
              "membership", List.of("model"),
              "evidence", List.of("model"),
              "discovery", List.of("model"),
              "allocation", List.of("model"),
              "grant", List.of("model", "evidence"),
              "diagnosis", List.of("model", "discovery")));

  @ArchTest
  static void shouldKnowOnlyWhatIsAllowedWhenInAPackage(JavaClasses core) {
    MAY_KNOW.forEach(
        (name, known) ->
            classes()
                .that(resideInAPackage(packageOf(name)))
                .should()
                .onlyDependOnClassesThat(
                    resideInAnyPackage(
                            known.stream().map(CorePackagesTest::packageOf).toArray(String[]::new))
                        .or(resideInAPackage(packageOf(name)))
                        .or(resideOutsideOfPackage("io.beethoven..")))
                .check(core));
  }

  @ArchTest
  static void shouldBelongToAKnownPackageWhenInTheCore(JavaClasses core) {
    classes()
        .should()
        .resideInAnyPackage(
            MAY_KNOW.keySet().stream().map(CorePackagesTest::packageOf).toArray(String[]::new))
        .check(core);
  }

  /** A rule over no classes holds always, so this shows that the other rules have seen the core. */
  @ArchTest
  static void shouldHaveSeenClassesOfEveryPackageWhenChecked(JavaClasses core) {
    Set<String> seen = new TreeSet<>();
    for (JavaClass type : core) {
      if (!type.getSimpleName().equals("package-info")) {
        seen.add(type.getPackageName().replaceFirst("^io\\.beethoven\\.", ""));
      }
    }

    assertThat(seen).containsAll(MAY_KNOW.keySet());
  }

  private static String packageOf(String name) {
    return "io.beethoven." + name + "..";
  }
}
