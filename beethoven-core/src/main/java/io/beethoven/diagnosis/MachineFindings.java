package io.beethoven.diagnosis;

import io.beethoven.diagnosis.Diagnosis.Kind;
import io.beethoven.diagnosis.PortFacts.State;
import io.beethoven.discovery.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is to be said of this machine: its settings, addresses, ports, and how long a pass takes.
 */
final class MachineFindings {

  /** A pass that takes longer is worth a word: so long a node that starts waits, three times. */
  private static final Duration LONG_PASS = Duration.ofSeconds(5);

  private MachineFindings() {}

  static void add(Examination facts, List<Diagnosis> findings) {
    for (String fault : facts.faults()) {
      findings.add(
          Diagnosis.error(
              Kind.SETTINGS_WRONG,
              fault.split("[ :]", 2)[0],
              "a node with these settings does not start: " + fault + ".",
              "Change it; docs/configuration.md says what it means."));
    }
    addInterfaces(facts, findings);
    facts
        .choice()
        .filter(choice -> facts.ports().stream().noneMatch(port -> port.state() == State.NOT_HERE))
        .ifPresent(
            choice ->
                findings.add(
                    Diagnosis.ok(
                        Kind.ADDRESS,
                        choice.host(),
                        "a node would listen at " + choice.host() + ": " + choice.reason() + ".")));
    facts.ports().forEach(port -> addPort(facts, port, findings));
    facts.searches().forEach(search -> addSearch(search, findings));
  }

  private static void addInterfaces(Examination facts, List<Diagnosis> findings) {
    findings.add(
        Diagnosis.ok(
            Kind.INTERFACES,
            "this machine",
            facts.interfaces().isEmpty()
                ? "this machine has no IPv4 address."
                : "this machine has " + String.join(", ", facts.interfaces()) + "."));
  }

  private static void addPort(Examination facts, PortFacts port, List<Diagnosis> findings) {
    String at = port.at().toString();
    switch (port.state()) {
      case NOT_HERE -> {
        boolean said =
            findings.stream().anyMatch(finding -> finding.kind() == Kind.ADDRESS_NOT_HERE);
        if (!said) {
          findings.add(
              Diagnosis.error(
                  Kind.ADDRESS_NOT_HERE,
                  port.at().host(),
                  "a node would listen at "
                      + port.at().host()
                      + ", which no interface of this machine has, so it does not start.",
                  "Set beethoven.node.host to one of this machine's addresses, or leave it empty."));
        }
      }
      case REFUSED ->
          findings.add(
              Diagnosis.error(
                  Kind.PORT_TAKEN,
                  at,
                  "the system does not let a process listen at " + at + ": " + port.detail() + ".",
                  "Set " + port.key() + " to another port."));
      case TAKEN ->
          findings.add(
              holder(facts, port.at())
                  .map(
                      holder ->
                          Diagnosis.ok(
                              Kind.PORT,
                              at,
                              at + " (" + port.key() + ") is held by node " + holder + "."))
                  .orElseGet(
                      () ->
                          Diagnosis.error(
                              Kind.PORT_TAKEN,
                              at,
                              at
                                  + " ("
                                  + port.key()
                                  + ") is held by a process that is no node that answers, so no"
                                  + " node can start there.",
                              "Find it with ss -ltnp 'sport = :"
                                  + port.at().port()
                                  + "' and end it, or set "
                                  + port.key()
                                  + " to another port.")));
      case FREE -> {
        findings.add(Diagnosis.ok(Kind.PORT, at, at + " (" + port.key() + ") is free."));
      }
    }
    if (!port.ephemeral().isEmpty()) {
      String advice = port.ephemeral();
      int and = advice.indexOf("; ");
      findings.add(
          Diagnosis.warning(
              Kind.PORT_EPHEMERAL,
              at,
              (and < 0 ? advice : advice.substring(0, and)) + ".",
              and < 0 ? "" : sentence(advice.substring(and + 2))));
    }
  }

  private static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }

  /** Which node listens at an address, be it with its beacon or with its remoting. */
  private static Optional<String> holder(Examination facts, Endpoint at) {
    String text = at.toString();
    for (NodeFacts node : facts.nodes()) {
      if (node.node().toString().equals(text) || node.beacon().equals(at)) {
        return Optional.of(node.node().toString());
      }
    }
    for (AddressFacts address : facts.addresses()) {
      if (address.answer() instanceof AddressFacts.Node seen
          && (address.at().equals(at) || seen.node().node().node().toString().equals(text))) {
        return Optional.of(seen.node().node().node().toString());
      }
      if (address.at().equals(at)) {
        if (address.answer() instanceof AddressFacts.OtherCluster other) {
          return Optional.of("of cluster " + other.name());
        }
        if (address.answer() instanceof AddressFacts.OtherVersion other) {
          return Optional.of("of protocol version " + other.version());
        }
      }
    }
    return Optional.empty();
  }

  private static void addSearch(SearchFacts search, List<Diagnosis> findings) {
    if (search.addresses() == 0) {
      findings.add(
          Diagnosis.warning(
              Kind.NO_SOURCE,
              search.cluster(),
              "a node with these settings looks for nobody, so it stays alone unless others find"
                  + " it.",
              "Set beethoven.discovery.subnet or beethoven.discovery.nodes."));
      return;
    }
    String where = String.join(", ", search.sources());
    int answered = search.addresses() - search.refused() - search.silent() - search.failed();
    String words =
        where
            + ": "
            + count(search.addresses(), "address", "addresses")
            + ", "
            + answered
            + " accepted, "
            + search.refused()
            + " refused, "
            + search.silent()
            + " silent"
            + (search.failed() == 0 ? "" : ", " + search.failed() + " unreachable")
            + "; the pass took "
            + Words.duration(search.took())
            + ".";
    if (search.took().compareTo(LONG_PASS) > 0) {
      findings.add(
          Diagnosis.warning(
              Kind.WIDE_SUBNET,
              where,
              words + " A node that starts makes a few such passes before it runs alone.",
              "Set a narrower beethoven.discovery.subnet, or name the nodes in"
                  + " beethoven.discovery.nodes."));
    } else {
      findings.add(Diagnosis.ok(Kind.SEARCH, where, words));
    }
  }

  private static String count(int number, String one, String many) {
    return number + " " + (number == 1 ? one : many);
  }
}
