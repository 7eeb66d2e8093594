package io.beethoven.testkit.fault;

import io.beethoven.evidence.VoterSet;
import io.beethoven.testkit.NodeProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells by the nodes' logs whether exactly the present lives of all nodes are the voters. While a
 * voter is gone without proof of its death, no voter is added, no node is admitted that joins, and
 * no edit is acknowledged; bounds presuppose that there is a free node that may be used.
 *
 * <p>Of more than nine nodes, nine of the present lives have to vote. Not for several threads.
 */
final class VoterWatch {

  private static final Pattern SELF = Pattern.compile("node started self=(\\S+)");
  private static final Pattern VOTERS =
      Pattern.compile("RoleServer voters version=(\\d+) settled=\\[(.*)]");

  /** What a log has said so far. */
  private static final class Log {
    private long offset;
    private String self = "";
    private long version;
    private List<String> voters = List.of();
  }

  private final Map<Path, Log> logs = new HashMap<>();

  /** Tells whether the voters are the nodes that live, in their present lives. */
  boolean isSettled(List<NodeProcess> nodes) throws IOException {
    return isSettledBy(nodes.stream().map(this::logOf).toList());
  }

  private Path logOf(NodeProcess node) {
    return node.logFile().orElseThrow(() -> new IllegalStateException(node + " has no log"));
  }

  boolean isSettledBy(List<Path> files) throws IOException {
    TreeSet<String> selves = new TreeSet<>();
    Log latest = new Log();
    for (Path file : files) {
      Log log = read(file);
      selves.add(log.self);
      latest = log.version > latest.version ? log : latest;
    }
    int voting = Math.min(files.size(), VoterSet.MAX_VOTERS);
    return selves.size() == files.size()
        && selves.containsAll(latest.voters)
        && latest.voters.size() == voting;
  }

  private Log read(Path file) throws IOException {
    Log log = logs.computeIfAbsent(file, path -> new Log());
    if (Files.exists(file)) {
      try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
        if (in.length() < log.offset) {
          throw new IOException(file + " is shorter than it was");
        }
        in.seek(log.offset);
        byte[] bytes = new byte[(int) (in.length() - log.offset)];
        in.readFully(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.lastIndexOf('\n') + 1;
        text.substring(0, end).lines().forEach(line -> take(line, log));
        log.offset += end;
      }
    }
    return log;
  }

  private static void take(String line, Log log) {
    Matcher self = SELF.matcher(line);
    if (self.find()) {
      log.self = self.group(1);
    }
    Matcher voters = VOTERS.matcher(line);
    if (voters.find()) {
      log.version = Long.parseLong(voters.group(1));
      log.voters = Arrays.asList(voters.group(2).split(", ", -1));
    }
  }
}
