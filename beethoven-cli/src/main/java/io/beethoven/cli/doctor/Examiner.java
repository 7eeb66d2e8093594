package io.beethoven.cli.doctor;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.beethoven.actors.beacon.BeaconInquirer;
import io.beethoven.actors.control.ControlClient;
import io.beethoven.actors.discovery.CandidateSource;
import io.beethoven.actors.discovery.CandidateSources;
import io.beethoven.actors.discovery.InterfaceAddresses;
import io.beethoven.actors.discovery.InterfaceAddresses.InterfaceAddress;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.actors.settings.EphemeralPorts;
import io.beethoven.diagnosis.AddressFacts;
import io.beethoven.diagnosis.Examination;
import io.beethoven.diagnosis.Examination.Choice;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.diagnosis.PeerFacts;
import io.beethoven.diagnosis.PortFacts;
import io.beethoven.diagnosis.SearchFacts;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import io.beethoven.error.BeethovenConfigException;
import io.beethoven.error.ConfigProblem;
import io.beethoven.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Collects what the doctor judges: asks the nodes of this machine, tries ports, and asks addresses
 * as a node would, without being one. Everything blocks, within bounds.
 */
final class Examiner {

  private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration WORTH_A_WORD = Duration.ofSeconds(2);

  private final Optional<Config> own;
  private final Path runtimeDirectory;
  private final Optional<NodeId> only;
  private final Consumer<String> progress;

  private final List<String> faults = new ArrayList<>();
  private Optional<Choice> choice = Optional.empty();
  private final List<PortFacts> ports = new ArrayList<>();
  private final List<NodeFacts> nodes = new ArrayList<>();
  private final List<String> muteNodes = new ArrayList<>();
  private final List<SearchFacts> searches = new ArrayList<>();
  private final Map<Endpoint, AddressFacts> addresses = new TreeMap<>();

  /**
   * Prepares.
   *
   * @param own the settings that a node would find, where they shall be looked at even though nodes
   *     run here
   * @param runtimeDirectory where the nodes' control sockets are
   * @param only the only node to ask, where it is named
   * @param progress told what takes long
   */
  Examiner(
      Optional<Config> own,
      Path runtimeDirectory,
      Optional<NodeId> only,
      Consumer<String> progress) {
    this.own = own;
    this.runtimeDirectory = runtimeDirectory;
    this.only = only;
    this.progress = progress;
  }

  /** One way to look, as one node does. */
  private record Search(String cluster, String from, DiscoverySettings discovery) {

    List<CandidateSource> sources() {
      return CandidateSources.of(discovery, Runnable::run);
    }
  }

  /**
   * Collects.
   *
   * @param found the settings that a node would find, used where no node runs here
   * @return the facts
   * @throws IOException if this machine gives no sockets or directories
   * @throws InterruptedException if interrupted meanwhile
   */
  Examination examine(Config found) throws IOException, InterruptedException {
    askNodes();
    Map<String, Search> plans = new LinkedHashMap<>();
    if (own.isPresent() || nodes.isEmpty()) {
      settings(own.orElse(found))
          .ifPresent(
              settings -> {
                look(settings);
                plan(plans, search(settings));
              });
    }
    if (own.isEmpty()) {
      for (NodeFacts node : nodes) {
        settings(configOf(node)).ifPresent(settings -> plan(plans, search(settings)));
      }
    }
    for (Search plan : plans.values()) {
      carryOut(plan);
    }
    askPeers();
    return new Examination(
        faults,
        InterfaceAddresses.ofThisMachine().list().stream()
            .sorted(Comparator.comparing(InterfaceAddress::address))
            .map(InterfaceAddress::toString)
            .toList(),
        choice,
        ports,
        searches,
        List.copyOf(addresses.values()),
        nodes,
        muteNodes);
  }

  private void askNodes() throws IOException {
    for (Path socket : ControlClient.sockets(runtimeDirectory)) {
      try (ControlClient client = ControlClient.connect(socket, CONTROL_TIMEOUT)) {
        NodeFacts facts = client.facts();
        if (only.isEmpty() || only.get().equals(facts.node())) {
          nodes.add(facts);
        }
      } catch (IOException e) {
        muteNodes.add(socket.toString());
      }
    }
    nodes.sort(Comparator.comparing(NodeFacts::node));
  }

  private Optional<BeethovenSettings> settings(Config config) {
    try {
      return Optional.of(BeethovenSettings.parse(config));
    } catch (BeethovenConfigException e) {
      e.problems().stream().map(Examiner::words).forEach(faults::add);
    } catch (ConfigException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  /** Whoever did not set a value cares little where its default stands. */
  private static String words(ConfigProblem problem) {
    return problem.origin().startsWith("reference.conf")
        ? new ConfigProblem(problem.path(), problem.value(), problem.expected(), "").toString()
        : problem.toString();
  }

  /** What a node says of how it looks, as the settings that make another one look alike. */
  private static Config configOf(NodeFacts node) {
    StringBuilder text = new StringBuilder();
    node.settings()
        .forEach(
            (path, setting) -> {
              if (path.startsWith(BeethovenSettings.ROOT + ".discovery.")
                  || path.equals(BeethovenSettings.ROOT + ".beacon.port")) {
                text.append(path).append(" = ").append(setting.value()).append('\n');
              }
            });
    return ConfigFactory.parseString(text.toString())
        .withValue(
            BeethovenSettings.ROOT + ".cluster-name", ConfigValueFactory.fromAnyRef(node.cluster()))
        .withValue(
            BeethovenSettings.ROOT + ".node.host", ConfigValueFactory.fromAnyRef(node.host()))
        .withValue(
            BeethovenSettings.ROOT + ".security.mode", ConfigValueFactory.fromAnyRef("none"));
  }

  private static Search search(BeethovenSettings settings) {
    return new Search(settings.clusterName(), settings.node().host(), settings.discovery());
  }

  private static void plan(Map<String, Search> plans, Search search) {
    String what =
        search.cluster() + search.sources().stream().map(CandidateSource::describe).toList();
    plans.putIfAbsent(what, search);
  }

  private void look(BeethovenSettings settings) {
    choice = Optional.of(new Choice(settings.node().host(), settings.node().hostReason()));
    Optional<EphemeralPorts> ephemeral = EphemeralPorts.ofThisMachine();
    Endpoint beacon = settings.beacon().bind();
    if (beacon.port() != 0) {
      ports.add(PortTrial.of(BeethovenSettings.ROOT + ".beacon.port", beacon, ephemeral));
    }
    if (settings.node().port() != 0) {
      Endpoint remoting = new Endpoint(settings.node().host(), settings.node().port());
      ports.add(PortTrial.of(BeethovenSettings.ROOT + ".node.port", remoting, ephemeral));
    }
  }

  private void carryOut(Search search) throws IOException, InterruptedException {
    List<Candidates> parts = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (CandidateSource source : search.sources()) {
      try {
        parts.add(
            source
                .candidates()
                .toCompletableFuture()
                .get(CONTROL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        words.add(source.describe());
      } catch (ExecutionException | TimeoutException e) {
        words.add(source.describe() + " (no answer: " + e.getMessage() + ")");
      }
    }
    Candidates candidates = Candidates.all(parts);
    Duration estimate = estimate(candidates.size(), search.discovery());
    if (estimate.compareTo(WORTH_A_WORD) > 0) {
      progress.accept(
          "asking " + candidates.size() + " addresses, up to " + estimate.toSeconds() + " s ...");
    }
    Tally tally = new Tally();
    long began = System.nanoTime();
    ask(search, candidates, tally::count);
    searches.add(
        new SearchFacts(
            search.cluster(),
            words,
            candidates.size(),
            tally.refused,
            tally.silent,
            tally.failed,
            Duration.ofNanos(System.nanoTime() - began)));
  }

  private static Duration estimate(int count, DiscoverySettings discovery) {
    return Duration.ofMillis((long) count * 1000 / discovery.probes().perSecond())
        .plus(discovery.connectTimeout());
  }

  /** Counts those who are not worth a word each, and keeps the others. */
  private final class Tally {
    private int refused;
    private int silent;
    private int failed;

    void count(AddressFacts address) {
      if (address.answer() instanceof AddressFacts.Refused) {
        refused++;
      } else if (address.answer() instanceof AddressFacts.Silent) {
        silent++;
      } else if (address.answer() instanceof AddressFacts.Failed) {
        failed++;
      } else {
        keep(address);
      }
    }
  }

  /** An address that was asked about two clusters belongs to the one that it says it is of. */
  private void keep(AddressFacts address) {
    addresses.merge(
        address.at(),
        address,
        (known, other) -> known.answer() instanceof AddressFacts.Node ? known : other);
  }

  /** Asks the beacons of the nodes here and of their peers that were not met yet. */
  private void askPeers() throws IOException {
    for (NodeFacts node : nodes) {
      List<Endpoint> beacons = new ArrayList<>();
      beacons.add(node.beacon());
      node.peers().stream().map(PeerFacts::beacon).flatMap(Optional::stream).forEach(beacons::add);
      beacons.removeIf(beacon -> isKnown(beacon, node.cluster()));
      DiscoverySettings discovery =
          settings(configOf(node)).orElseGet(Examiner::defaults).discovery();
      ask(new Search(node.cluster(), node.host(), discovery), Candidates.of(beacons), this::keep);
    }
  }

  private boolean isKnown(Endpoint beacon, String cluster) {
    AddressFacts known = addresses.get(beacon);
    return known != null
        && (known.answer() instanceof AddressFacts.Node || known.cluster().equals(cluster));
  }

  private static BeethovenSettings defaults() {
    return BeethovenSettings.parse(ConfigFactory.empty());
  }

  private void ask(Search search, Candidates candidates, Consumer<AddressFacts> found)
      throws IOException {
    BeaconInquirer.Bounds bounds =
        new BeaconInquirer.Bounds(
            search.discovery().probes().maxInFlight(),
            search.discovery().probes().perSecond(),
            search.discovery().connectTimeout(),
            search.discovery().helloTimeout());
    boolean here = PortTrial.isHere(search.from());
    try (BeaconInquirer inquirer =
        new BeaconInquirer(search.cluster(), here ? search.from() : "", bounds, found)) {
      inquirer.ask(candidates);
    }
  }
}
