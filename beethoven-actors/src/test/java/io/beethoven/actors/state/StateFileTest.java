package io.beethoven.actors.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beethoven.error.BeethovenStateException;
import io.beethoven.evidence.Voters;
import io.beethoven.grant.Durable;
import io.beethoven.grant.Edits;
import io.beethoven.model.Epoch;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StateFileTest {

  private static final StateFile.Disk FULL_DISK =
      (file, bytes) -> {
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        throw new IOException("No space left on device");
      };

  @TempDir private Path temporary;

  private Path directory() {
    return temporary.resolve("state");
  }

  private StateFile open() {
    return StateFile.open(directory(), States.CLUSTER, States.NODE);
  }

  /** Leaves a file with the full state. */
  private Path stored() {
    try (StateFile store = open()) {
      store.store(States.FULL);
      return store.file();
    }
  }

  /** Loads what is expected to be refused, and sees that the file stays. */
  private void assertRefused(Path file, String... words) throws IOException {
    byte[] before = Files.readAllBytes(file);
    try (StateFile store = open()) {
      assertThatThrownBy(store::load)
          .isInstanceOf(BeethovenStateException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining("It was left as it is. ")
          .hasMessageContainingAll(words);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void shouldReturnWhatAnotherLifeStored() {
    stored();

    try (StateFile store = open()) {
      assertThat(store.load()).isEqualTo(States.FULL);
    }
  }

  @Test
  void shouldLetNobodyElseReadWhatItKeeps() throws IOException {
    Path file = stored();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldIgnoreAndCleanUpWhatATornWriteLeft() throws IOException {
    Path file = stored();
    Path torn = file.resolveSibling(StateFile.TEMPORARY);
    Files.write(torn, Arrays.copyOf(Files.readAllBytes(file), 100));

    try (StateFile store = open()) {
      assertThat(torn).doesNotExist();
      assertThat(store.load()).isEqualTo(States.FULL);
    }
  }

  @Test
  void shouldKeepTheFormerContentWhenTheDiskIsFull() throws IOException {
    Path file = stored();
    byte[] before = Files.readAllBytes(file);
    try (StateFile store = StateFile.open(directory(), States.CLUSTER, States.NODE, FULL_DISK)) {
      assertThatThrownBy(() -> store.store(Durable.NOTHING))
          .isInstanceOf(BeethovenStateException.class)
          .hasMessageContainingAll(
              file.toString(), "cannot be written", "No space left", "Check the disk");

      assertThat(store.load()).isEqualTo(States.FULL);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(file.resolveSibling(StateFile.TEMPORARY)).doesNotExist();
  }

  @Test
  void shouldNameTheFileWhenTheDirectoryWasRemoved() throws IOException {
    Path file = stored();
    try (StateFile store = open()) {
      for (String name : List.of(StateFile.NAME, StateFile.LOCK)) {
        Files.delete(file.resolveSibling(name));
      }
      Files.delete(directory());

      assertThatThrownBy(() -> store.store(States.FULL))
          .isInstanceOf(BeethovenStateException.class)
          .hasMessageContainingAll(file.toString(), "cannot be written", "NoSuchFile");
    }
  }

  @Test
  void shouldNameTheDirectoryWhenItCannotBeMade() throws IOException {
    Files.writeString(directory(), "a file");

    assertThatThrownBy(this::open)
        .isInstanceOf(BeethovenStateException.class)
        .hasMessageContainingAll(directory().toString(), "beethoven.state.directory");
    assertThat(Files.readString(directory())).isEqualTo("a file");
  }

  @Test
  void shouldRefuseWhatItCannotReadAndLeaveItAsItIs() throws IOException {
    Path file = stored();
    byte[] good = Files.readAllBytes(file);

    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 4;
    Files.write(file, flipped);
    assertRefused(file, "is damaged", "Move it away");
    Files.write(file, Arrays.copyOf(good, good.length - 1));
    assertRefused(file, "is damaged");
    Files.write(file, new byte[0]);
    assertRefused(file, "is no state file");
    Files.write(file, StateCodec.seal(7, good));
    assertRefused(file, "version 7", "newer Beethoven");
    Files.write(file, new StateCodec("other", States.NODE).encode(States.FULL));
    assertRefused(file, "of cluster other", "beethoven.state.directory");
    Files.write(
        file, new StateCodec(States.CLUSTER, new NodeId("10.0.0.1", 1)).encode(States.FULL));
    assertRefused(file, "belongs to node 10.0.0.1:1");
  }

  @Test
  void shouldNotReadAFileThatIsTooLong() throws IOException {
    Path file = stored();
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      // More than the heap of a test has.
      sparse.setLength(1L << 40);
    }

    try (StateFile store = open()) {
      assertThatThrownBy(store::load)
          .isInstanceOf(BeethovenStateException.class)
          .hasMessageContainingAll(file.toString(), "is longer than 1048576 bytes");
    }
    assertThat(Files.size(file)).isEqualTo(1L << 40);
  }

  @Test
  void shouldRefuseToStoreWhatItWouldNotRead() {
    stored();
    List<RoleSpec> many = IntStream.range(0, 70).mapToObj(StateFileTest::longRole).toList();
    Durable tooMuch =
        new Durable(Voters.NONE, Epoch.NONE, new Edits(7, 1, Epoch.NONE, 1, many), Duration.ZERO);

    try (StateFile store = open()) {
      assertThatThrownBy(() -> store.store(tooMuch))
          .isInstanceOf(BeethovenStateException.class)
          .hasMessageContainingAll("at most 1048576", "Define fewer roles");
      assertThat(store.load()).isEqualTo(States.FULL);
    }
  }

  private static RoleSpec longRole(int number) {
    return new RoleSpec(
        new RoleName("long-" + number),
        1,
        Map.of("k", "x".repeat(RoleSpec.MAX_ARGUMENT_CHARS - 1)),
        Readiness.ON_START,
        false,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        HandOver.STOP_FIRST,
        true);
  }

  @Test
  void shouldRefuseWhatIsNoRegularFile() throws IOException {
    Path file = stored();
    Files.move(file, file.resolveSibling("elsewhere"));
    Files.createSymbolicLink(file, Path.of("elsewhere"));

    assertRefused(file, "is no regular file");
  }

  @Test
  void shouldKeepTheFormerContentWhenTheThreadIsInterrupted() {
    Path file = stored();
    try (StateFile store = open()) {
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> store.store(Durable.NOTHING))
            .isInstanceOf(BeethovenStateException.class)
            .hasMessageContaining(file.toString());
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(store.load()).isEqualTo(States.FULL);
      store.store(Durable.NOTHING);
      assertThat(store.load()).isEqualTo(Durable.NOTHING);
    }
  }

  @Test
  void shouldBeUsedByOneNodeOfAProcess() throws IOException {
    Files.createSymbolicLink(temporary.resolve("link"), directory());
    try (StateFile first = open()) {
      for (Path same : List.of(directory(), temporary.resolve("link"))) {
        assertThatThrownBy(() -> StateFile.open(same, States.CLUSTER, States.NODE))
            .isInstanceOf(BeethovenStateException.class)
            .hasMessageContainingAll(
                directory().toRealPath().toString(), "is used by another node of this process");
      }
      first.store(States.FULL);
    }
    open().close();
  }

  @Test
  void shouldBeUsedByOneProcess() throws Exception {
    try (StateFile mine = open()) {
      // Refused here, this must not take the lock away either.
      assertThatThrownBy(this::open).isInstanceOf(BeethovenStateException.class);
      assertThat(askOtherProcess().readLine()).contains("is used by another process");
      mine.store(States.FULL);
    }
  }

  @Test
  void shouldBeFreeWhenTheProcessThatUsedItWasKilled() throws Exception {
    Process process = startOtherProcess();
    try {
      assertThat(output(process).readLine()).isEqualTo("opened");
      assertThatThrownBy(this::open)
          .isInstanceOf(BeethovenStateException.class)
          .hasMessageContaining("is used by another process");
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    open().close();
  }

  private BufferedReader askOtherProcess() throws Exception {
    Process process = startOtherProcess();
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return output(process);
  }

  private Process startOtherProcess() throws IOException {
    return new ProcessBuilder(
            new File(System.getProperty("java.home"), "bin/java").getPath(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            directory().toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Opens a directory, says how that went, and waits until its input ends. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] args) throws IOException {
      try (StateFile store = StateFile.open(Path.of(args[0]), States.CLUSTER, States.NODE)) {
        System.out.println("opened");
        while (System.in.read() >= 0) {
          // Until the test is done.
        }
        store.load();
      } catch (BeethovenStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
