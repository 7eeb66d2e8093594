package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class FixedListSourceTest extends CandidateSourceConformance {

  @Override
  CandidateSource source() {
    return new FixedListSource(
        List.of(new Endpoint("127.0.0.1", 33000), new Endpoint("127.0.0.1", 33001)));
  }

  @Override
  CandidateSource silent() {
    return source();
  }

  @Override
  CandidateSource broken() {
    return source();
  }

  @Test
  void shouldNameNobodyWhenTheListIsEmpty() throws Exception {
    assertThat(new FixedListSource(List.of()).candidates().toCompletableFuture().get().size())
        .isZero();
  }
}
