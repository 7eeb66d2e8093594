package io.beethoven.examples.fenced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.beethoven.model.Epoch;
import io.beethoven.model.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FencedStoreTest {

  private static final Token OLD = new Token(new Epoch(7, 1), 9);
  private static final Token NEW = new Token(new Epoch(8, 1), 0);

  @TempDir private Path directory;
  private Path file;
  private FencedStore store;

  @BeforeEach
  void open() throws IOException {
    file = directory.resolve("log");
    store = FencedStore.open(file);
  }

  @Test
  void shouldRefuseAnOlderTokenAndNameBothWhenTheSlotWasShownANewerOne() throws Exception {
    store.write(0, OLD, "one");
    store.write(0, OLD, "two");
    store.write(0, NEW, "three");

    assertThatExceptionOfType(StaleTokenException.class)
        .isThrownBy(() -> store.write(0, OLD, "late"))
        .withMessageContaining(OLD.toString())
        .withMessageContaining(NEW.toString())
        .satisfies(
            e -> {
              assertThat(e.shown()).isEqualTo(OLD);
              assertThat(e.highest()).isEqualTo(NEW);
            });

    assertThat(store.claim(0, NEW)).contains("three");
    assertThat(Files.readString(file)).doesNotContain("late");
  }

  @Test
  void shouldGuardEachSlotByItself() throws Exception {
    store.write(0, NEW, "zero");

    store.write(1, OLD, "one");

    assertThat(store.claim(1, OLD)).contains("one");
    assertThat(store.claim(2, OLD)).isEmpty();
  }

  @Test
  void shouldRefuseTheFormerInstanceFromTheClaimOn() throws Exception {
    store.write(0, OLD, "one");

    assertThat(store.claim(0, NEW)).contains("one");

    assertThatExceptionOfType(StaleTokenException.class)
        .isThrownBy(() -> store.write(0, OLD, "late"));
    assertThatExceptionOfType(StaleTokenException.class).isThrownBy(() -> store.claim(0, OLD));
  }

  @Test
  void shouldKnowAllAgainWhenOpenedAnew() throws Exception {
    store.write(0, NEW, "the last ünicode");

    FencedStore again = FencedStore.open(file);

    assertThatExceptionOfType(StaleTokenException.class)
        .isThrownBy(() -> again.write(0, OLD, "late"));
    assertThat(again.claim(0, NEW)).contains("the last ünicode");
  }

  @Test
  void shouldSeeWhatAnotherStoreHasWrittenMeanwhile() throws Exception {
    FencedStore other = FencedStore.open(file);
    store.write(0, OLD, "one");
    other.write(0, OLD, "two");
    store.write(0, OLD, "three");

    other.write(0, NEW, "four");

    assertThatExceptionOfType(StaleTokenException.class)
        .isThrownBy(() -> store.write(0, OLD, "late"));
    assertThat(Files.readAllLines(file)).hasSize(4);
  }

  @Test
  void shouldCutOffALastLineThatIsNotWhole() throws Exception {
    store.write(0, OLD, "one");
    byte[] whole = new Entry(0, NEW, "two").line();
    for (int length = 1; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length), StandardOpenOption.APPEND);

      assertThat(FencedStore.open(file).claim(0, OLD)).as("%d bytes", length).contains("one");
    }
    Files.writeString(file, "00000000 0 \n", StandardOpenOption.APPEND);

    store.write(0, OLD, "three");

    assertThat(FencedStore.open(file).claim(0, OLD)).contains("three");
  }

  @Test
  void shouldRefuseToGoOnWhenALineInTheMiddleIsDamaged() throws Exception {
    store.write(0, OLD, "one");
    store.write(0, OLD, "two");
    Files.writeString(file, Files.readString(file).replace("one", "ONE"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FencedStore.open(file).claim(0, NEW))
        .withMessageContaining("damaged at byte 0");
  }

  @Test
  void shouldRefuseWhatIsNotOneLine() {
    assertThatIllegalArgumentException().isThrownBy(() -> store.write(0, NEW, "a\nb"));
    assertThatIllegalArgumentException().isThrownBy(() -> store.write(0, NEW, ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.write(-1, NEW, "a"))
        .withMessageContaining("-1");
  }

  @Test
  void shouldWriteNothingAndStayUsableWhenInterruptedBeforehand() throws Exception {
    store.write(0, OLD, "one");

    Thread.currentThread().interrupt();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.write(0, OLD, "two"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(store.claim(0, OLD)).contains("one");
  }
}
