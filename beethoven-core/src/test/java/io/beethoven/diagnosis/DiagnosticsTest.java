package io.beethoven.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.diagnosis.AddressFacts.Answer;
import io.beethoven.diagnosis.Diagnosis.Kind;
import io.beethoven.diagnosis.Examination.Choice;
import io.beethoven.diagnosis.NodeFacts.Sameness;
import io.beethoven.diagnosis.NodeFacts.Setting;
import io.beethoven.diagnosis.PeerFacts.Evidence;
import io.beethoven.diagnosis.PortFacts.State;
import io.beethoven.discovery.Agreement;
import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.BeaconMessage.RefusalReason;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.RefusedPeer;
import io.beethoven.discovery.Standing;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.ClusterMode;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {

  private static final Standing ALONE = new Standing(Phase.STANDALONE, 0, 0);
  private static final Standing SEEKING = Standing.SEEKING;

  private final List<String> faults = new ArrayList<>();
  private Optional<Choice> choice = Optional.empty();
  private final List<PortFacts> ports = new ArrayList<>();
  private final List<SearchFacts> searches = new ArrayList<>();
  private final List<AddressFacts> addresses = new ArrayList<>();
  private final List<NodeFacts> nodes = new ArrayList<>();
  private final List<String> muteNodes = new ArrayList<>();

  private List<Diagnosis> findings() {
    return Diagnostics.of(
        new Examination(
            faults,
            List.of("127.0.0.1 (lo)"),
            choice,
            ports,
            searches,
            addresses,
            nodes,
            muteNodes));
  }

  /** The only finding of a kind; nothing else may be as bad, unless it is named. */
  private Diagnosis only(Kind kind, Severity severity) {
    List<Diagnosis> all = findings();
    assertThat(all)
        .filteredOn(finding -> finding.severity().compareTo(severity) <= 0)
        .extracting(Diagnosis::kind)
        .containsOnly(kind);
    return one(all, kind);
  }

  private static Diagnosis one(List<Diagnosis> all, Kind kind) {
    List<Diagnosis> found = all.stream().filter(finding -> finding.kind() == kind).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static NodeId node(int last) {
    return new NodeId("10.0.0." + last, 25520);
  }

  private static Endpoint beacon(int last) {
    return new Endpoint("10.0.0." + last, 33000);
  }

  private static Standing member(long cluster, int size) {
    return new Standing(Phase.CLUSTERED, cluster, size);
  }

  private void seen(int last, Answer answer) {
    addresses.add(new AddressFacts(beacon(last), "shop", answer));
  }

  private void seen(int last, Standing standing) {
    seen(last, answer(last, "shop", standing, Duration.ZERO));
  }

  private static Answer answer(int last, String system, Standing standing, Duration skew) {
    return new AddressFacts.Node(
        new Disclosure(
            system,
            Agreement.NONE,
            new Incarnation(node(last), last),
            beacon(last),
            standing,
            Instant.EPOCH),
        skew,
        Duration.ofMillis(2));
  }

  private static NodeFacts running(int last, Map<String, Setting> settings, PeerFacts... peers) {
    return running(last, settings, List.of(), peers);
  }

  private static NodeFacts running(
      int last, Map<String, Setting> settings, List<RefusedPeer> refusals, PeerFacts... peers) {
    return new NodeFacts(
        node(last),
        "shop",
        4711,
        "10.0.0." + last,
        "set as the bind address",
        beacon(last),
        ClusterMode.CLUSTERED,
        true,
        List.of("subnet 10.0.0.0/29 port 33000"),
        settings,
        List.of(peers),
        0,
        refusals);
  }

  private static PeerFacts peer(int last, Evidence evidence) {
    return new PeerFacts(node(last), Optional.of(beacon(last)), true, evidence);
  }

  private static PortFacts port(State state) {
    return new PortFacts("beethoven.beacon.port", beacon(1), state, "", "");
  }

  private static SearchFacts search(int addresses, Duration took) {
    return new SearchFacts(
        "shop", List.of("subnet 10.0.0.0/24 port 33000"), addresses, 3, 250, 0, took);
  }

  @Test
  void shouldFindNothingWrongWhenAllIsWell() {
    choice = Optional.of(new Choice("10.0.0.1", "the only address in subnet 10.0.0.0/24"));
    ports.add(port(State.TAKEN));
    searches.add(search(254, Duration.ofMillis(390)));
    seen(1, member(7, 2));
    seen(2, member(7, 2));
    nodes.add(running(1, Map.of(), peer(2, Evidence.ARMED)));

    assertThat(findings())
        .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.OK))
        .allSatisfy(finding -> assertThat(finding.remedy()).isEmpty())
        .extracting(Diagnosis::kind)
        .contains(Kind.ADDRESS, Kind.INTERFACES, Kind.PORT, Kind.SEARCH, Kind.PEER, Kind.NODE)
        .contains(Kind.EVIDENCE);
    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.OK);
  }

  @Test
  void shouldPutTheWorstFirst() {
    seen(1, member(7, 1));
    seen(2, member(8, 1));
    seen(3, new AddressFacts.Mute());

    assertThat(findings()).extracting(Diagnosis::severity).isSorted();
    assertThat(findings()).first().extracting(Diagnosis::kind).isEqualTo(Kind.ISLANDS);
    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.ERROR);
  }

  @Test
  void shouldSayWhatIsWrongWithTheSettings() {
    faults.add("beethoven.node.port = 70000: must be a whole number between 0 and 65535");

    Diagnosis found = only(Kind.SETTINGS_WRONG, Severity.ERROR);

    assertThat(found.about()).isEqualTo("beethoven.node.port");
    assertThat(found.meaning()).contains("= 70000").contains("does not start");
  }

  @Test
  void shouldSayOnceThatTheAddressIsNotHere() {
    choice = Optional.of(new Choice("10.0.0.1", "set as the bind address"));
    ports.add(port(State.NOT_HERE));
    ports.add(port(State.NOT_HERE));

    assertThat(only(Kind.ADDRESS_NOT_HERE, Severity.ERROR).about()).isEqualTo("10.0.0.1");
    assertThat(findings()).extracting(Diagnosis::kind).doesNotContain(Kind.ADDRESS);
  }

  @Test
  void shouldTellAPortThatANodeHoldsFromOneThatSomethingElseHolds() {
    ports.add(port(State.TAKEN));
    seen(1, new AddressFacts.NoBeacon());
    assertThat(one(findings(), Kind.PORT_TAKEN).remedy()).contains("ss -ltnp");

    addresses.clear();
    seen(1, SEEKING);
    assertThat(one(findings(), Kind.PORT).meaning()).contains("held by node 10.0.0.1:25520");

    addresses.clear();
    seen(1, new AddressFacts.OtherCluster("bank"));
    assertThat(one(findings(), Kind.PORT).meaning()).contains("of cluster bank");

    addresses.clear();
    seen(1, new AddressFacts.OtherVersion("2"));
    assertThat(one(findings(), Kind.PORT).meaning()).contains("of protocol version 2");
  }

  @Test
  void shouldKnowARemotingPortByTheNodesName() {
    ports.add(
        new PortFacts("beethoven.node.port", new Endpoint("10.0.0.1", 25520), State.TAKEN, "", ""));
    nodes.add(running(1, Map.of()));

    assertThat(one(findings(), Kind.PORT).meaning()).contains("held by node 10.0.0.1:25520");
  }

  @Test
  void shouldSayWhyAPortIsRefusedByTheSystem() {
    ports.add(
        new PortFacts("beethoven.beacon.port", beacon(1), State.REFUSED, "Permission denied", ""));

    assertThat(only(Kind.PORT_TAKEN, Severity.ERROR).meaning()).contains("Permission denied");
  }

  @Test
  void shouldWarnOfAPortThatTheKernelMayGiveAway() {
    ports.add(
        new PortFacts(
            "beethoven.beacon.port",
            beacon(1),
            State.FREE,
            "",
            "port 33000 lies in the range; reserve it with sysctl"));

    Diagnosis found = only(Kind.PORT_EPHEMERAL, Severity.WARNING);

    assertThat(found.meaning()).isEqualTo("port 33000 lies in the range.");
    assertThat(found.remedy()).isEqualTo("Reserve it with sysctl.");
  }

  @Test
  void shouldWarnWhenANodeWouldLookForNobody() {
    searches.add(new SearchFacts("shop", List.of(), 0, 0, 0, 0, Duration.ZERO));

    assertThat(only(Kind.NO_SOURCE, Severity.WARNING).remedy())
        .contains("beethoven.discovery.subnet");
  }

  @Test
  void shouldWarnWhenAPassTakesLong() {
    searches.add(search(65_534, Duration.ofMillis(35_200)));

    assertThat(only(Kind.WIDE_SUBNET, Severity.WARNING).meaning())
        .contains("65534 addresses")
        .contains("35.2 s");
  }

  @Test
  void shouldCountWhatTheAddressesDid() {
    searches.add(search(254, Duration.ofMillis(390)));

    assertThat(one(findings(), Kind.SEARCH).meaning())
        .isEqualTo(
            "subnet 10.0.0.0/24 port 33000: 254 addresses, 1 accepted, 3 refused, 250 silent; the"
                + " pass took 390 ms.");
  }

  @Test
  void shouldSayThatAClusterExistsTwiceWhenItsNodesNameTwoIds() {
    seen(1, member(0x1f, 2));
    seen(2, member(0x1f, 2));
    seen(3, member(0x2a, 1));

    assertThat(only(Kind.ISLANDS, Severity.ERROR).meaning())
        .isEqualTo(
            "cluster shop exists 2 times (id 1f with 10.0.0.1:25520, 10.0.0.2:25520; id 2a with"
                + " 10.0.0.3:25520); each runs all roles.");
  }

  @Test
  void shouldTakeClustersOfDifferentNamesForNoIslands() {
    seen(1, member(1, 1));
    addresses.add(
        new AddressFacts(beacon(2), "bank", answer(2, "shop", member(2, 1), Duration.ZERO)));

    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.OK);
  }

  @Test
  void shouldSayThatANodeIsAloneThoughAnotherIsThere() {
    seen(1, ALONE);
    seen(2, member(7, 1));

    Diagnosis found = only(Kind.STANDALONE, Severity.ERROR);

    assertThat(found.about()).isEqualTo("10.0.0.1:25520");
    assertThat(found.meaning()).contains("though 10.0.0.2:25520 of cluster shop is there");
  }

  @Test
  void shouldNotMindANodeThatIsAloneWhenTheOtherLeaves() {
    seen(1, ALONE);
    seen(2, new Standing(Phase.LEAVING, 7, 1));

    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.OK);
  }

  @Test
  void shouldCountANodeOnceWhenItAnswersAtTwoAddresses() {
    seen(1, ALONE);
    addresses.add(new AddressFacts(beacon(9), "shop", answer(1, "shop", ALONE, Duration.ZERO)));

    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.OK);
  }

  @Test
  void shouldWarnWhenAClusterHasMoreMembersThanAnswered() {
    seen(1, member(7, 3));
    seen(2, member(7, 3));

    assertThat(only(Kind.UNSEEN_MEMBERS, Severity.WARNING).meaning())
        .contains("3 nodes, and 2 of them answered");
  }

  @Test
  void shouldSayThatActorSystemsHaveDifferentNames() {
    seen(1, answer(1, "one", SEEKING, Duration.ZERO));
    seen(2, answer(2, "two", SEEKING, Duration.ZERO));

    assertThat(only(Kind.OTHER_SYSTEM_NAME, Severity.ERROR).meaning())
        .contains("one of 10.0.0.1:25520; two of 10.0.0.2:25520");
  }

  @Test
  void shouldWarnOfNodesOfAnotherVersion() {
    seen(1, new AddressFacts.OtherVersion("9"));

    assertThat(only(Kind.OTHER_VERSION, Severity.WARNING).meaning()).contains("protocol version 9");
  }

  @Test
  void shouldLeaveNeighboursOfAnotherNameAlone() {
    seen(1, new AddressFacts.OtherCluster("bank"));

    assertThat(one(findings(), Kind.OTHER_CLUSTER).severity()).isEqualTo(Severity.OK);
  }

  @Test
  void shouldWarnOfAddressesThatAcceptAndAreOfNoUse() {
    seen(1, new AddressFacts.Mute());
    assertThat(only(Kind.MUTE, Severity.WARNING).about()).isEqualTo("10.0.0.1:33000");

    addresses.clear();
    seen(1, new AddressFacts.NoBeacon());
    only(Kind.NO_BEACON, Severity.WARNING);

    addresses.clear();
    seen(1, new AddressFacts.Crowded());
    only(Kind.CROWDED, Severity.WARNING);
  }

  @Test
  void shouldWarnOfAClockOnlyWhenItIsSurelyWrong() {
    seen(1, answer(1, "shop", SEEKING, Duration.ofMillis(1002)));
    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.OK);

    addresses.clear();
    seen(1, answer(1, "shop", SEEKING, Duration.ofMillis(-1003)));
    assertThat(only(Kind.CLOCK_SKEW, Severity.WARNING).meaning()).contains("1.0 s behind");
    assertThat(one(findings(), Kind.PEER).meaning()).contains("clock 1.0 s behind");
  }

  @Test
  void shouldSayThatANodeHereDoesNotAnswer() {
    muteNodes.add("/run/beethoven/shop-10.0.0.1-25520.sock");

    assertThat(only(Kind.NODE_MUTE, Severity.ERROR).about()).endsWith(".sock");
  }

  @Test
  void shouldWarnOfAPeerWhoseBeaconIsNotReached() {
    nodes.add(running(1, Map.of(), peer(2, Evidence.ARMED)));
    seen(2, new AddressFacts.Silent());
    assertThat(only(Kind.PEER_UNREACHABLE, Severity.WARNING).meaning())
        .contains("is not reached from here");

    addresses.clear();
    seen(2, new AddressFacts.Refused());
    assertThat(only(Kind.PEER_UNREACHABLE, Severity.WARNING).meaning())
        .contains("refuses connections");
  }

  @Test
  void shouldNameEachPairWithoutEvidenceOnceAndSayWhy() {
    nodes.add(running(1, Map.of(), peer(2, Evidence.NO_LINE), peer(3, Evidence.ARMED)));
    nodes.add(running(2, Map.of(), peer(1, Evidence.NO_LINE), peer(3, Evidence.ARMED)));
    assertThat(only(Kind.NO_EVIDENCE, Severity.WARNING).meaning())
        .startsWith("10.0.0.1:25520 and 10.0.0.2:25520 hold no connection");
    assertThat(one(findings(), Kind.EVIDENCE).meaning()).startsWith("2 pairs of nodes");

    nodes.clear();
    nodes.add(running(1, Map.of(), peer(2, Evidence.ADDRESSES_DIFFER)));
    assertThat(only(Kind.NO_EVIDENCE, Severity.WARNING).remedy()).contains("NAT");

    nodes.clear();
    nodes.add(running(1, Map.of(), peer(2, Evidence.UNARMED)));
    assertThat(only(Kind.NO_EVIDENCE, Severity.WARNING).meaning())
        .contains("hold no armed life-line");
  }

  @Test
  void shouldNotMindPairsInWhichNobodyVotes() {
    nodes.add(
        running(
            1, Map.of(), new PeerFacts(node(2), Optional.of(beacon(2)), false, Evidence.NO_LINE)));

    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.OK);
  }

  @Test
  void shouldSayWhichSettingsDifferBetweenNodesOfDifferentMachines() {
    seen(1, withSetting(1, "9"));
    seen(2, withSetting(2, "7"));
    nodes.add(running(1, settings(Sameness.REQUIRED, "9")));
    nodes.add(running(2, settings(Sameness.REQUIRED, "7")));

    assertThat(only(Kind.SETTINGS_DIFFER, Severity.ERROR).meaning())
        .contains("7 at 10.0.0.2:25520; 9 at 10.0.0.1:25520");
  }

  private static Answer withSetting(int last, String value) {
    Agreement agreement =
        new Agreement(new TreeMap<>(Map.of("beethoven.evidence.max-voters", value)));
    return new AddressFacts.Node(
        new Disclosure(
            "shop",
            agreement,
            new Incarnation(node(last), last),
            beacon(last),
            SEEKING,
            Instant.EPOCH),
        Duration.ZERO,
        Duration.ofMillis(2));
  }

  @Test
  void shouldWarnOfNodesThatRefuseEachOtherUnlessTheyAreOfOtherClusters() {
    nodes.add(
        running(
            1,
            Map.of(),
            List.of(
                new RefusedPeer(
                    "10.0.0.2:33000",
                    RefusalReason.OTHER_SETTING,
                    "a.key",
                    "1",
                    "2",
                    Instant.EPOCH),
                new RefusedPeer(
                    "10.0.0.3:33000",
                    RefusalReason.OTHER_CLUSTER,
                    "beethoven.cluster-name",
                    "shop",
                    "bank",
                    Instant.EPOCH))));

    assertThat(only(Kind.REFUSED, Severity.WARNING).meaning())
        .contains("10.0.0.2:33000")
        .contains("a.key is 1 here and 2 there");
  }

  @Test
  void shouldSayWhichSettingsDifferAndHowMuchItMatters() {
    nodes.add(running(1, settings(Sameness.REQUIRED, "9")));
    nodes.add(running(2, settings(Sameness.REQUIRED, "7")));
    assertThat(only(Kind.SETTINGS_DIFFER, Severity.ERROR).meaning())
        .contains("7 at 10.0.0.2:25520; 9 at 10.0.0.1:25520");

    nodes.clear();
    nodes.add(running(1, settings(Sameness.EXPECTED, "9")));
    nodes.add(running(2, settings(Sameness.EXPECTED, "7")));
    only(Kind.SETTINGS_DIFFER, Severity.WARNING);

    nodes.clear();
    nodes.add(running(1, settings(Sameness.OWN, "9")));
    nodes.add(running(2, settings(Sameness.OWN, "7")));
    assertThat(Diagnostics.worst(findings())).isEqualTo(Severity.OK);
    one(findings(), Kind.SETTINGS_AGREE);
  }

  private static Map<String, Setting> settings(Sameness sameness, String value) {
    return Map.of("beethoven.evidence.max-voters", new Setting(value, sameness));
  }
}
