package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Subnet;
import org.junit.jupiter.api.Test;

class SubnetSourceTest extends CandidateSourceConformance {

  @Override
  CandidateSource source() {
    return new SubnetSource(Subnet.parse("127.0.0.5/29"), 33000);
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
  void shouldNameEveryHostAtThePortWhenAsked() throws Exception {
    assertThat(source().candidates().toCompletableFuture().get().at(5))
        .isEqualTo(new Endpoint("127.0.0.6", 33000));
  }
}
