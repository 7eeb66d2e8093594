package io.beethoven.actors.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import io.beethoven.model.Epoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private final List<CompletableFuture<Done>> disk = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final Outbox outbox =
      new Outbox(
          state -> {
            CompletableFuture<Done> done = new CompletableFuture<>();
            disk.add(done);
            return done;
          });

  @Test
  void shouldSayAtOnceWhenNothingIsBeingKept() {
    outbox.say(() -> said.add("at once"));

    assertThat(said).containsExactly("at once");
  }

  @Test
  void shouldHoldBackInOrderWhatFollowsSomethingToBeKept() {
    Durable state = state(1);
    assertThat(outbox.keep(state)).isPresent();
    outbox.say(() -> said.add("first"));
    outbox.sayRepeated(() -> said.add("second"));
    assertThat(said).isEmpty();

    assertThat(outbox.kept(state)).isEmpty();

    assertThat(said).containsExactly("first", "second");
  }

  @Test
  void shouldKeepTheNewestOfSeveralBeforeItSaysAnything() {
    outbox.keep(state(1));
    outbox.keep(state(2));
    outbox.keep(state(3));
    outbox.say(() -> said.add("after all"));
    assertThat(disk).hasSize(1);

    assertThat(outbox.kept(state(1)).orElseThrow().state()).isEqualTo(state(3));
    assertThat(said).isEmpty();

    assertThat(outbox.kept(state(3))).isEmpty();
    assertThat(said).containsExactly("after all");
  }

  @Test
  void shouldLoseTheOldestOfWhatIsSaidAgainAnywayWhenADiskIsFullForLong() {
    outbox.keep(state(1));
    outbox.say(() -> said.add("once"));
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      outbox.sayRepeated(() -> said.add("contact " + number));
    }
    outbox.say(() -> said.add("once more"));

    outbox.kept(state(1));

    assertThat(said)
        .hasSize(Outbox.MAX_REPEATED + 2)
        .startsWith("once", "contact " + (1_000 - Outbox.MAX_REPEATED))
        .endsWith("contact 999", "once more");
  }

  private static Durable state(long counter) {
    return new Durable(Voters.NONE, new Epoch(counter, 1), Edits.NONE, Duration.ZERO);
  }
}
