package io.beethoven.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleActTest {

  @Test
  void shouldReadTheActsOfARoleInTheOrderOfTheirMoments() {
    List<RoleAct> acts =
        RoleAct.of(
            "one",
            List.of(
                acted("one", 0, "a", 20),
                acted("one", 1, "b", 10),
                acted("two", 0, "c", 15),
                new NodeEvent(EventLines.ROLE_RUNNING, 1, Map.of("role", "one"))));

    assertThat(acts)
        .containsExactly(new RoleAct("one", 1, "n", "b", 10), new RoleAct("one", 0, "n", "a", 20));
  }

  @Test
  void shouldFindTheActsThatComeAfterAHigherTokenOfTheSameSlot() {
    RoleAct late = new RoleAct("one", 0, "x", "a", 30);
    RoleAct later = new RoleAct("one", 0, "x", "b", 50);
    List<RoleAct> acts =
        List.of(
            new RoleAct("one", 0, "x", "a", 10),
            new RoleAct("one", 0, "y", "c", 20),
            late,
            new RoleAct("one", 1, "z", "a", 35),
            new RoleAct("one", 0, "y", "c", 40),
            later);

    assertThat(RoleAct.outdated(acts)).containsExactly(late, later);
    assertThat(RoleAct.outdated(acts.subList(0, 2))).isEmpty();
  }

  private static NodeEvent acted(String role, int slot, String token, long moment) {
    return new NodeEvent(
        EventLines.ROLE_ACTED,
        moment + 1,
        Map.of(
            "role",
            role,
            "slot",
            Integer.toString(slot),
            "node",
            "n",
            "token",
            token,
            "acted",
            Long.toString(moment)));
  }
}
