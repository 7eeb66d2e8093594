package io.beethoven.actors.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import io.beethoven.model.Epoch;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store promises. */
abstract class StateStoreConformance {

  private StateStore store;

  abstract StateStore create();

  @BeforeEach
  void createStore() {
    store = create();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void shouldReturnNothingWhenNothingWasStored() {
    assertThat(store.load()).isEqualTo(Durable.NOTHING);
  }

  @Test
  void shouldReturnWhatWasStored() {
    store.store(States.FULL);

    assertThat(store.load()).isEqualTo(States.FULL);
    assertThat(store.load()).isEqualTo(States.FULL);
  }

  @Test
  void shouldReturnTheLastWhenStoredTwice() {
    store.store(States.FULL);
    Durable less = new Durable(Voters.NONE, new Epoch(19, 1), Edits.NONE, Duration.ZERO);
    store.store(less);

    assertThat(store.load()).isEqualTo(less);
    store.store(Durable.NOTHING);
    assertThat(store.load()).isEqualTo(Durable.NOTHING);
  }

  @Test
  void shouldRefuseWhenClosed() {
    store.store(States.FULL);
    store.close();
    store.close();

    assertThatThrownBy(store::load).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.store(States.FULL)).isInstanceOf(IllegalStateException.class);
  }
}
