package io.beethoven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.discovery.BeaconMessage.Purpose;
import io.beethoven.discovery.Formation.Alone;
import io.beethoven.discovery.Formation.Await;
import io.beethoven.discovery.Formation.Follow;
import io.beethoven.discovery.Formation.Form;
import io.beethoven.discovery.Formation.Join;
import io.beethoven.discovery.Formation.Situation;
import io.beethoven.discovery.Formation.Verdict;
import io.beethoven.discovery.Standing.Phase;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FormationTest {

  private static final Incarnation SELF = incarnation(5);

  private static Incarnation incarnation(int number) {
    return new Incarnation(new NodeId("10.0.0." + number, 25520), number);
  }

  private static Hello peer(int number, Phase phase) {
    return peer(number, phase, 1);
  }

  private static Hello peer(int number, Phase phase, int size) {
    boolean member = phase == Phase.CLUSTERED;
    Endpoint beacon = new Endpoint("10.0.0." + number, 33000);
    Standing standing = new Standing(phase, member ? 9 : 0, member ? size : 0);
    return new Hello(
        Purpose.PROBE,
        1,
        "c",
        "s",
        Agreement.NONE,
        incarnation(number),
        beacon,
        standing,
        beacon,
        beacon);
  }

  private static Verdict decide(boolean forming, Hello... peers) {
    return Formation.decide(
        new Situation(SELF, forming, false, true, List.of(peers), Set.of(), Set.of()));
  }

  @Test
  void shouldStayAloneWhenNobodyIsKnown() {
    assertThat(decide(false)).isEqualTo(new Alone());
  }

  @Test
  void shouldStartNothingWhileAPeerIsLeaving() {
    Hello leaving = peer(1, Phase.LEAVING);
    Hello member = peer(7, Phase.CLUSTERED);

    assertThat(decide(false, leaving)).isEqualTo(new Await(leaving));
    assertThat(decide(false, leaving, peer(8, Phase.SEEKING))).isEqualTo(new Await(leaving));
    assertThat(decide(true, leaving, peer(8, Phase.SEEKING))).isEqualTo(new Await(leaving));
    assertThat(decide(false, leaving, member)).isEqualTo(new Join(member));
  }

  @Test
  void shouldJoinTheLargestThenTheLowestWhenSomeAreClustered() {
    Hello small = peer(1, Phase.CLUSTERED, 2);
    Hello large = peer(4, Phase.CLUSTERED, 3);
    Hello alsoLarge = peer(3, Phase.CLUSTERED, 3);

    assertThat(decide(false, small, large, alsoLarge, peer(2, Phase.FORMING)))
        .isEqualTo(new Join(alsoLarge));
  }

  @Test
  void shouldNotFormBesideAClusterWhenItCannotBeJoined() {
    Hello member = peer(7, Phase.CLUSTERED);
    Hello other = peer(8, Phase.SEEKING);

    assertThat(
            Formation.decide(
                new Situation(
                    SELF,
                    false,
                    false,
                    true,
                    List.of(member, other),
                    Set.of(member.node()),
                    Set.of())))
        .isEqualTo(new Await(member));
  }

  @Test
  void shouldFollowTheLowestWhenNobodyIsClustered() {
    Hello lowest = peer(2, Phase.STANDALONE);

    assertThat(decide(false, peer(3, Phase.SEEKING), lowest, peer(8, Phase.SEEKING)))
        .isEqualTo(new Follow(lowest));
  }

  @Test
  void shouldFormWhenItIsTheLowest() {
    assertThat(decide(false, peer(6, Phase.SEEKING), peer(7, Phase.SEEKING))).isEqualTo(new Form());
  }

  @Test
  void shouldFollowTheStandaloneWhenItRunsNothingItself() {
    Hello standalone = peer(7, Phase.STANDALONE);
    Hello forming = formingAlone(8);

    assertThat(decide(false, peer(1, Phase.SEEKING), standalone, peer(8, Phase.STANDALONE)))
        .isEqualTo(new Follow(standalone));
    assertThat(decide(true, standalone)).isEqualTo(new Follow(standalone));
    assertThat(decide(true, forming)).isEqualTo(new Follow(forming));
  }

  @Test
  void shouldFormWhenItAloneRunsRoles() {
    List<Hello> lower = List.of(peer(1, Phase.SEEKING), peer(2, Phase.FORMING));

    assertThat(
            Formation.decide(
                new Situation(SELF, false, true, true, lower.subList(0, 1), Set.of(), Set.of())))
        .isEqualTo(new Form());
    assertThat(Formation.decide(new Situation(SELF, true, true, true, lower, Set.of(), Set.of())))
        .isEqualTo(new Form());
  }

  private static Hello formingAlone(int number) {
    Hello plain = peer(number, Phase.FORMING);
    return new Hello(
        Purpose.PROBE,
        1,
        "c",
        "s",
        Agreement.NONE,
        plain.node(),
        plain.beacon(),
        Standing.forming(true),
        plain.beacon(),
        plain.beacon());
  }

  @Test
  void shouldFollowWhoeverIsFormingWhenItHasNotAnnounced() {
    Hello higher = peer(8, Phase.FORMING);

    assertThat(decide(false, higher, peer(1, Phase.SEEKING))).isEqualTo(new Follow(higher));
  }

  @Test
  void shouldYieldOnlyToTheLowerWhenBothAreForming() {
    Hello lower = peer(2, Phase.FORMING);

    assertThat(decide(true, lower, peer(8, Phase.FORMING))).isEqualTo(new Follow(lower));
    assertThat(decide(true, peer(8, Phase.FORMING))).isEqualTo(new Form());
  }

  @Test
  void shouldFollowWhoeverIsJoiningWhenItIsForming() {
    Hello joining = peer(8, Phase.JOINING);

    assertThat(decide(true, joining)).isEqualTo(new Follow(joining));
  }

  @Test
  void shouldFormWhenTheLowerWasPassedOver() {
    Hello stuck = peer(1, Phase.SEEKING);

    assertThat(
            Formation.decide(
                new Situation(
                    SELF, false, false, true, List.of(stuck), Set.of(), Set.of(stuck.node()))))
        .isEqualTo(new Form());
  }

  @Test
  void shouldFollowTheNextWhenItMayNotForm() {
    Hello next = peer(6, Phase.SEEKING);

    assertThat(
            Formation.decide(
                new Situation(SELF, false, false, false, List.of(next), Set.of(), Set.of())))
        .isEqualTo(new Follow(next));
  }

  @Property
  void shouldTellExactlyOneToFormWhenAllKnowEachOther(
      @ForAll @Size(min = 2, max = 9) List<Boolean> standalone) {
    List<Hello> all =
        IntStream.range(0, standalone.size())
            .mapToObj(i -> peer(i + 1, standalone.get(i) ? Phase.STANDALONE : Phase.SEEKING))
            .toList();

    Hello first = all.get(Math.max(0, standalone.indexOf(true)));
    for (Hello self : all) {
      List<Hello> others = new ArrayList<>(all);
      others.remove(self);
      Verdict verdict =
          Formation.decide(
              new Situation(
                  self.node(),
                  false,
                  self.standing().runsAlone(),
                  true,
                  others,
                  Set.of(),
                  Set.of()));

      assertThat(verdict).isEqualTo(self.equals(first) ? new Form() : new Follow(first));
    }
  }

  @Property
  void shouldNeverFormWhenSomebodyIsOrWillBeClustered(
      @ForAll @Size(min = 1, max = 8) List<Phase> phases,
      @ForAll boolean forming,
      @ForAll boolean runsAlone) {
    List<Hello> peers =
        IntStream.range(0, phases.size())
            .mapToObj(i -> peer(i < 4 ? i + 1 : i + 2, phases.get(i)))
            .toList();

    Verdict verdict =
        Formation.decide(new Situation(SELF, forming, runsAlone, true, peers, Set.of(), Set.of()));

    if (verdict instanceof Form) {
      assertThat(phases).doesNotContain(Phase.CLUSTERED, Phase.JOINING, Phase.LEAVING);
      assertThat(!runsAlone && phases.contains(Phase.STANDALONE)).isFalse();
      assertThat(peers)
          .filteredOn(peer -> peer.standing().runsAlone() == runsAlone)
          .allMatch(peer -> peer.node().compareTo(SELF) > 0);
    }
  }
}
