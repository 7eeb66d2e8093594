package io.beethoven.examples.fenced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.beethoven.model.Token;
import io.beethoven.testkit.NodeGroup;
import io.beethoven.testkit.NodeProcess;
import io.beethoven.testkit.NodeProcessBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example in three processes and freezes the one that writes in the middle of a write. */
@Timeout(400)
class FencedWriterTest {

  /** Ten times what it takes on a quiet machine. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Three JVMs start at once, beside whatever else the machine does. */
  private static final Duration FORMED = Duration.ofSeconds(150);

  private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
  private static final int PORT = 24152;
  private static final Pattern WROTE = Pattern.compile("(\\S+) wrote (\\d+) to (\\d+)");

  @TempDir private Path directory;

  /** A row of writes by one instance, as it said itself. */
  private record Wrote(String node, long first, long last) {}

  @Test
  void shouldRefuseTheLateWriteWhenItsWriterWasFrozenAndReplaced() throws Exception {
    try (NodeGroup group = new NodeGroup()) {
      for (String host : HOSTS) {
        group.start(describe(host));
      }
      group.awaitWhole(FORMED);
      awaitThreeVoters(group);

      NodeProcess frozen = freezeInTheMiddleOfAWrite(group);
      Entry lastBefore = writes().get(writes().size() - 1);
      awaitWriter(frozen.name(), lastBefore.token());
      Files.createFile(WriterProcess.go(directory));
      frozen.thaw();

      awaitOutput(frozen, frozen.name() + " refused: ");
      int seen = writes().size();
      await().atMost(LIMIT).until(() -> writes().size() > seen + 10);
      group.leave(LIMIT);

      assertThatTokensNeverFell();
      assertThatNothingIsLostOrDoubled(group);
    }
  }

  private NodeProcessBuilder describe(String host) {
    return NodeProcess.at(host)
        .port(PORT)
        .beaconPort(24151)
        .cluster("fenced")
        .runtimeDirectory(directory)
        .mainClass(WriterProcess.class.getName())
        .arguments(host, directory.toString());
  }

  private NodeProcess freezeInTheMiddleOfAWrite(NodeGroup group) throws Exception {
    Files.createFile(WriterProcess.hold(directory));
    String host = await().atMost(LIMIT).until(this::heldHost, Optional::isPresent).orElseThrow();
    NodeProcess writer = group.node(host + ":" + PORT);
    writer.freeze();
    return writer;
  }

  private Optional<String> heldHost() {
    return HOSTS.stream()
        .filter(host -> Files.exists(WriterProcess.held(directory, host)))
        .findFirst();
  }

  /** Waits until another node has written with a higher token. */
  private void awaitWriter(String except, Token above) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                writes().stream()
                    .anyMatch(
                        entry ->
                            entry.token().compareTo(above) > 0 && !nodeOf(entry).equals(except)));
  }

  /** Waits until two of three suffice, by what the allocator says of the voters in its log. */
  private static void awaitThreeVoters(NodeGroup group) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                group.nodes().stream()
                    .flatMap(node -> node.output().lines())
                    .filter(line -> line.contains("voters changed"))
                    .anyMatch(
                        line -> HOSTS.stream().allMatch(host -> line.contains(host + ":" + PORT))));
  }

  private static void awaitOutput(NodeProcess node, String text) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(node.output()).contains(text));
  }

  private void assertThatTokensNeverFell() throws IOException {
    List<Token> tokens = entries().stream().map(Entry::token).toList();
    assertThat(entries()).allMatch(entry -> entry.slot() == 0);
    assertThat(tokens).isSorted();
    assertThat(tokens.stream().distinct()).hasSizeGreaterThan(1);
  }

  /** Compares what is in the log with what the writers believe to have written. */
  private void assertThatNothingIsLostOrDoubled(NodeGroup group) throws IOException {
    List<String> payloads = writes().stream().map(Entry::payload).toList();
    List<String> believed =
        group.nodes().stream()
            .flatMap(node -> wrote(node).stream())
            .sorted(Comparator.comparingLong(Wrote::first))
            .flatMap(
                row ->
                    LongStream.rangeClosed(row.first(), row.last())
                        .mapToObj(count -> count + " " + row.node()))
            .toList();
    assertThat(payloads).isEqualTo(believed);
    assertThat(payloads)
        .extracting(payload -> Long.parseLong(payload.substring(0, payload.indexOf(' '))))
        .isEqualTo(LongStream.rangeClosed(1, payloads.size()).boxed().toList());
  }

  private static List<Wrote> wrote(NodeProcess node) {
    return WROTE
        .matcher(node.output())
        .results()
        .map(
            found ->
                new Wrote(
                    found.group(1), Long.parseLong(found.group(2)), Long.parseLong(found.group(3))))
        .toList();
  }

  private List<Entry> writes() throws IOException {
    return entries().stream().filter(entry -> !entry.payload().isEmpty()).toList();
  }

  /** Reads the log as far as it is whole. */
  private List<Entry> entries() throws IOException {
    return Files.readAllLines(WriterProcess.log(directory)).stream()
        .flatMap(line -> Entry.parse(line.getBytes(StandardCharsets.UTF_8)).stream())
        .toList();
  }

  private static String nodeOf(Entry entry) {
    return entry.payload().substring(entry.payload().indexOf(' ') + 1);
  }
}
