package io.beethoven.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say with whom to compare, and where the report goes. */
public final class PeerOptions {

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "PEER",
      description = {
        "Measure these libraries beside Beethoven: ${COMPLETION-CANDIDATES}.",
        "What is fetched for them is fetched by the first use of this option."
      })
  private List<Peer> against = new ArrayList<>();

  @Option(
      names = "--settings",
      split = ",",
      paramLabel = "SETTING",
      description = "Which of ${COMPLETION-CANDIDATES}; both by default.")
  private List<Setting> settings = new ArrayList<>();

  @Option(
      names = "--overlap-limit",
      paramLabel = "MS",
      defaultValue = "10000",
      description =
          "How long to look at an old instance that goes on after a freeze; default"
              + " ${DEFAULT-VALUE}.")
  private long overlapMillis;

  @Option(
      names = "--report",
      paramLabel = "DIRECTORY",
      description = "Write table.md, chart.svg and figures.json of the comparison there.")
  private @Nullable Path report;

  /** Creates the options. */
  public PeerOptions() {}

  /** Tells whether any peer is named. */
  public boolean isGiven() {
    return !against.isEmpty();
  }

  List<Peer> peers() {
    return against.isEmpty() ? Arrays.asList(Peer.values()) : against;
  }

  List<Setting> settings() {
    return settings.isEmpty() ? Arrays.asList(Setting.values()) : settings;
  }

  long overlapMillis() {
    return overlapMillis;
  }

  Optional<Path> report() {
    return Optional.ofNullable(report);
  }
}
