package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

  private static final Endpoint LISTED = new Endpoint("10.9.9.9", 33001);

  @Test
  void shouldCountThroughAllPartsWhenJoined() {
    Candidates all =
        Candidates.all(
            List.of(
                Candidates.of(List.of(LISTED)),
                Candidates.of(List.of()),
                Candidates.of(Subnet.parse("10.0.0.0/30"), 33000)));

    assertThat(IntStream.range(0, all.size()).mapToObj(all::at))
        .containsExactly(LISTED, new Endpoint("10.0.0.1", 33000), new Endpoint("10.0.0.2", 33000));
    assertThatThrownBy(() -> all.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> all.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldNameAnEndpointOnceWhenSeveralPartsNameIt() {
    Candidates subnet = Candidates.of(Subnet.parse("10.0.0.0/30"), 33000);
    Endpoint inside = new Endpoint("10.0.0.2", 33000);
    Endpoint otherPort = new Endpoint("10.0.0.2", 33001);
    Endpoint name = new Endpoint("peer", 33000);

    Candidates all =
        Candidates.all(
            List.of(
                Candidates.of(List.of(inside, otherPort, name)),
                subnet,
                Candidates.of(Subnet.parse("10.0.0.3/30"), 33000),
                Candidates.of(List.of(otherPort, LISTED))));

    assertThat(IntStream.range(0, all.size()).mapToObj(all::at))
        .containsExactly(otherPort, name, new Endpoint("10.0.0.1", 33000), inside, LISTED);
  }

  @Test
  void shouldHaveNoneWhenNoPartIsGiven() {
    assertThat(Candidates.all(List.of()).size()).isZero();
  }

  @Test
  void shouldRefuseWhenBoundsAreExceeded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Candidates.of(Collections.nCopies(Candidates.MAX_SIZE + 1, LISTED)))
        .withMessageContaining("65536")
        .withMessageContaining("65537");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Candidates.of(Subnet.parse("10.0.0.0/30"), 0))
        .withMessageContaining("between 1 and 65535, was 0");
  }
}
