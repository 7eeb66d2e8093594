package io.beethoven.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The core decides and does nothing else: time, chance and the world come in as arguments. */
@AnalyzeClasses(packages = "io.beethoven", importOptions = ProductionCode.class)
class CorePurityTest {
  @ArchTest
  static final ArchRule SHOULD_NEED_ONLY_THE_JDK =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "org.jspecify.annotations..", "io.beethoven.."));

  @ArchTest
  static final ArchRule SHOULD_READ_NO_CLOCK =
      noClasses()
          .should()
          .accessTargetWhere(calls(resideInAPackage("java.time.."), "now"))
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(Clock.class), "(system|tick).*"))
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(System.class), "nanoTime|currentTimeMillis"))
          .orShould()
          .dependOnClassesThat(belongToAnyOf(Date.class, Calendar.class));

  @ArchTest
  static final ArchRule SHOULD_THROW_NO_DICE =
      noClasses()
          .should()
          .dependOnClassesThat(
              assignableTo(Random.class)
                  .or(belongToAnyOf(SplittableRandom.class, RandomGeneratorFactory.class)))
          .orShould()
          .dependOnClassesThat(assignableTo(SecureRandom.class))
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(RandomGenerator.class), "of|getDefault"))
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(Math.class, StrictMath.class), "random"))
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(UUID.class), "randomUUID"))
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(Collections.class), "shuffle"))
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(System.class), "identityHashCode"));

  @ArchTest
  static final ArchRule SHOULD_START_NO_THREADS =
      noClasses()
          .should()
          .dependOnClassesThat(
              assignableTo(Thread.class).or(belongToAnyOf(ThreadLocal.class, Timer.class)))
          .orShould()
          .dependOnClassesThat(
              resideInAPackage("java.util.concurrent..")
                  .and(
                      not(
                          belongToAnyOf(
                              CompletionStage.class,
                              CompletionException.class,
                              TimeoutException.class,
                              TimeUnit.class))))
          .orShould()
          .accessTargetWhere(calls(assignableTo(Object.class), "wait|notify|notifyAll"))
          .orShould()
          .accessTargetWhere(calls(resideInAPackage("java.util.."), "parallel|parallelStream"));

  @ArchTest
  static final ArchRule SHOULD_HOLD_NO_MONITORS =
      noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED);

  @ArchTest
  static final ArchRule SHOULD_TOUCH_NO_FILES =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("java.io..")
                  .and(
                      not(
                          belongToAnyOf(
                              Serializable.class,
                              Closeable.class,
                              IOException.class,
                              UncheckedIOException.class))))
          .orShould()
          .dependOnClassesThat(resideInAnyPackage("java.nio.channels..", "java.nio.file.."));

  @ArchTest
  static final ArchRule SHOULD_TOUCH_NO_NETWORK =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("java.net..")
                  .and(
                      not(
                          belongToAnyOf(
                              InetAddress.class,
                              Inet4Address.class,
                              Inet6Address.class,
                              InetSocketAddress.class,
                              UnknownHostException.class,
                              URI.class,
                              URISyntaxException.class))))
          .orShould()
          .accessTargetWhere(
              calls(
                  assignableTo(InetAddress.class),
                  "getByName|getAllByName|getLocalHost|getHostName|getCanonicalHostName"
                      + "|isReachable"))
          .orShould()
          .callConstructor(InetSocketAddress.class, String.class, int.class)
          .orShould()
          .accessTargetWhere(calls(belongToAnyOf(InetSocketAddress.class), "getHostName"));

  @ArchTest
  static final ArchRule SHOULD_NOT_LOOK_AT_THE_PROCESS =
      noClasses()
          .should()
          .dependOnClassesThat(
              belongToAnyOf(
                  Runtime.class,
                  ProcessBuilder.class,
                  Process.class,
                  ProcessHandle.class,
                  System.Logger.class))
          .orShould()
          .dependOnClassesThat(resideInAPackage("java.util.logging.."))
          .orShould()
          .accessTargetWhere(
              calls(belongToAnyOf(System.class), "getenv|getProperty|getProperties|in|out|err"));

  private static DescribedPredicate<JavaAccess<?>> calls(
      DescribedPredicate<? super JavaClass> owner, String names) {
    return describe(
        "of " + names + " of a class " + owner.getDescription(),
        access -> owner.test(access.getTargetOwner()) && access.getName().matches(names));
  }
}
