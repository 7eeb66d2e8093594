package io.beethoven.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.model.NodeId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LossTest {

  private static final NodeId A = new NodeId("127.0.0.1", 1);
  private static final NodeId B = new NodeId("127.0.0.2", 1);
  private static final NodeId C = new NodeId("127.0.0.3", 1);

  @Test
  void shouldTellTheAllocatorsProcessBeforeAVoters() {
    assertThat(Loss.of(List.of(A, B), List.of(B), Set.of(A, B), A)).contains(Loss.ALLOCATOR);
    assertThat(Loss.of(List.of(B), List.of(B), Set.of(A, B), A)).contains(Loss.VOTER);
    assertThat(Loss.of(List.of(C), List.of(B, C), Set.of(A, B), A)).contains(Loss.NON_VOTER);
  }

  @Test
  void shouldLeaveOutAProcessThatHostsNothing() {
    assertThat(Loss.of(List.of(A), List.of(B), Set.of(A), A)).isEmpty();
  }
}
