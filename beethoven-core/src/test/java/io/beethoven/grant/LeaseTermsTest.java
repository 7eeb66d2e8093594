package io.beethoven.grant;

import static io.beethoven.grant.GrantFixtures.A;
import static io.beethoven.grant.GrantFixtures.B;
import static io.beethoven.grant.GrantFixtures.C;
import static io.beethoven.grant.GrantFixtures.FAST;
import static io.beethoven.grant.GrantFixtures.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseTermsTest {

  private static final Duration OWN = FAST.leaseTerm();
  private static final Duration LONG = Duration.ofSeconds(15);
  private static final Duration LONGER = Duration.ofSeconds(20);

  @Test
  void shouldKnowTheLongestOfThoseThatMayLive() {
    LeaseTerms terms = new LeaseTerms(OWN, Duration.ZERO, at(0));
    assertThat(terms.longest()).isEqualTo(OWN);
    assertThat(terms.toKeep(at(0))).isEqualTo(OWN);

    terms.said(A, LONG);
    terms.said(B, OWN);
    assertThat(terms.longest()).isEqualTo(LONG);
    assertThat(terms.toKeep(at(0))).isEqualTo(LONG);
    assertThat(terms.of(B)).isEqualTo(OWN);
    assertThat(terms.of(C)).as("it never asked").isZero();

    terms.retain(List.of(B));
    assertThat(terms.longest()).isEqualTo(OWN);
  }

  @Test
  void shouldKeepWhatAFormerLifeGaveCreditForUntilThatIsOver() {
    LeaseTerms terms = new LeaseTerms(OWN, LONG, at(0));
    long over = Timing.leaseEnd(LONG).toMillis();

    assertThat(terms.longest()).isEqualTo(LONG);
    assertThat(terms.of(C)).as("it may have asked the former life").isEqualTo(LONG);
    assertThat(terms.toKeep(at(over - 1))).isEqualTo(LONG);
    assertThat(terms.toKeep(at(over))).isEqualTo(OWN);
    terms.said(A, LONGER);
    assertThat(terms.toKeep(at(1))).isEqualTo(LONGER);
  }
}
