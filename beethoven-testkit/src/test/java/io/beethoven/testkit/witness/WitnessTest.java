package io.beethoven.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.model.Epoch;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.Token;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.testkit.witness.WitnessEvent.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessTest {

  @TempDir private Path directory;

  private final List<WitnessEvent> events = new ArrayList<>();
  private final Context context = new Context();

  /** An instance whose right the test gives and takes. */
  private static final class Context implements RoleContext {
    private volatile boolean granted = true;
    private volatile Token token = new Token(new Epoch(1, 7), 1);

    @Override
    public RoleName role() {
      return new RoleName("piano");
    }

    @Override
    public int slot() {
      return 3;
    }

    @Override
    public Token token() {
      return token;
    }

    @Override
    public NodeId node() {
      return new NodeId("127.0.0.1", 25520);
    }

    @Override
    public Map<String, String> arguments() {
      return Map.of();
    }

    @Override
    public boolean isGranted() {
      return granted;
    }

    @Override
    public boolean isStopping() {
      return false;
    }

    @Override
    public void ready() {}

    @Override
    public void onRevoked(Runnable action) {}
  }

  private List<Kind> kinds() {
    return events.stream().map(WitnessEvent::kind).distinct().toList();
  }

  @Test
  void shouldWriteStartTicksActsAndStopWhenATaskRuns() throws Exception {
    long begun = System.nanoTime();
    WitnessFiles files = new WitnessFiles(directory);
    try (Witness witness = Witness.in(directory)) {
      witness
          .task(
              running -> {
                awaitTicks(files, 2);
                context.token = new Token(new Epoch(2, 7), 1);
                awaitTicks(files, 4);
                context.granted = false;
                awaitTicks(files, 6);
              })
          .run(context);
    }
    files.read(events::add);

    assertThat(kinds()).containsExactly(Kind.START, Kind.TICK, Kind.STOP);
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.role()).isEqualTo("piano");
              assertThat(event.slot()).isEqualTo(3);
              assertThat(event.node()).isEqualTo("127.0.0.1:25520");
              assertThat(event.instance()).isEqualTo(1);
              assertThat(event.before()).isBetween(begun, System.nanoTime());
              assertThat(event.after()).isGreaterThanOrEqualTo(event.before());
            });
    assertThat(events.get(0).granted()).isTrue();
    assertThat(events.get(0).token()).isEqualTo(new Token(new Epoch(1, 7), 1).text());
    WitnessEvent last = events.get(events.size() - 1);
    assertThat(last.granted()).isFalse();
    assertThat(last.token()).isEqualTo(new Token(new Epoch(2, 7), 1).text());
  }

  private void awaitTicks(WitnessFiles files, int ticks) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              files.read(events::add);
              return events.stream().filter(event -> event.kind() == Kind.TICK).count() >= ticks;
            });
  }

  @Test
  void shouldWatchALifecycleFromItsStartToItsStopAndForgetActsAfterIt() throws Exception {
    try (Witness witness = Witness.in(directory)) {
      RoleLifecycle role =
          witness
              .lifecycle(
                  () ->
                      new RoleLifecycle() {
                        @Override
                        public void start(RoleContext own) {}

                        @Override
                        public void stop() {}
                      })
              .get();
      role.start(context);
      role.stop();
      WitnessedInstance second = witness.begin(context);
      assertThat(second.act()).isTrue();
      second.end();
      second.end();
      second.act();
    }
    new WitnessFiles(directory).read(events::add);

    assertThat(events)
        .filteredOn(event -> event.instance() == 1)
        .extracting(WitnessEvent::kind)
        .startsWith(Kind.START)
        .endsWith(Kind.STOP);
    assertThat(events)
        .filteredOn(event -> event.instance() == 2 && event.kind() != Kind.TICK)
        .extracting(WitnessEvent::kind)
        .containsExactly(Kind.START, Kind.ACT, Kind.STOP);
  }

  @Test
  void shouldWaitForTheEndOfALineThatIsNotWhole() throws IOException {
    Path file = directory.resolve("1-x.witness");
    String token = "0".repeat(48);
    Files.writeString(file, "START 1 100 5 1 " + token + " 0 piano 127.0.0.1:25520\nTICK 1 20");
    WitnessFiles files = new WitnessFiles(directory);

    files.read(events::add);
    assertThat(kinds()).containsExactly(Kind.START);

    Files.writeString(file, "0 5 0 -\n", StandardOpenOption.APPEND);
    files.read(events::add);
    assertThat(events.get(1))
        .isEqualTo(
            new WitnessEvent(
                Kind.TICK,
                "1-x.witness",
                1,
                "127.0.0.1:25520",
                "piano",
                0,
                token,
                false,
                200,
                205));
  }

  @Test
  void shouldReadNothingWhereNobodyHasWritten() throws IOException {
    new WitnessFiles(directory.resolve("missing")).read(events::add);

    assertThat(events).isEmpty();
  }

  @Test
  void shouldRefuseALineOfAnotherForm() throws IOException {
    Files.writeString(directory.resolve("1-x.witness"), "TICK 9 100 5 1 -\n");

    assertThatThrownBy(() -> new WitnessFiles(directory).read(events::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no start of instance 9");
  }
}
