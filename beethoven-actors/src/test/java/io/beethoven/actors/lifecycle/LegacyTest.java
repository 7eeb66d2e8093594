package io.beethoven.actors.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.actors.state.StateStore;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import io.beethoven.model.Epoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LegacyTest {

  private static final Durable FIRST =
      new Durable(Voters.NONE, new Epoch(1, 1), Edits.NONE, Duration.ZERO);
  private static final Durable SECOND =
      new Durable(Voters.NONE, new Epoch(2, 1), Edits.NONE, Duration.ZERO);

  private final List<Durable> stored = new ArrayList<>();
  private Runnable whileStoring = () -> {};
  private boolean readable = true;
  private boolean closed;
  private final StateStore store =
      new StateStore() {
        @Override
        public Durable load() {
          if (!readable) {
            throw new IllegalStateException("unreadable");
          }
          return Durable.NOTHING;
        }

        @Override
        public void store(Durable durable) {
          whileStoring.run();
          stored.add(durable);
        }

        @Override
        public void close() {
          closed = true;
        }
      };

  @Test
  void shouldLeaveWhatALifeKeptToTheNextOne() {
    Legacy legacy = new Legacy(store);

    legacy.begin().accept(FIRST);

    assertThat(legacy.kept()).isEqualTo(FIRST);
    assertThat(stored).containsExactly(FIRST);
  }

  @Test
  void shouldKeepNothingForALifeThatIsOver() {
    Legacy legacy = new Legacy(store);
    Consumer<Durable> former = legacy.begin();
    legacy.begin().accept(SECOND);

    assertThatThrownBy(() -> former.accept(FIRST)).hasMessageContaining("a later life");

    assertThat(legacy.kept()).isEqualTo(SECOND);
    assertThat(stored).containsExactly(SECOND);
  }

  @Test
  void shouldNotTellAFormerLifeThatItIsKeptWhatTheNextOneBeganWithout() {
    Legacy legacy = new Legacy(store);
    Consumer<Durable> former = legacy.begin();
    whileStoring = legacy::begin;

    assertThatThrownBy(() -> former.accept(FIRST)).hasMessageContaining("a later life");

    assertThat(legacy.kept()).isEqualTo(Durable.NOTHING);
  }

  @Test
  void shouldCloseAStoreThatCannotBeRead() {
    readable = false;

    assertThatThrownBy(() -> new Legacy(store)).hasMessage("unreadable");

    assertThat(closed).isTrue();
  }
}
