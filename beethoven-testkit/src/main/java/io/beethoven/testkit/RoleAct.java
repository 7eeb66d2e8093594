package io.beethoven.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A moment at which an instance of a role found its right to be held, by an {@link
 * EventLines#ROLE_ACTED} line.
 *
 * @param role the role's name
 * @param slot the instance's slot
 * @param node the node's name
 * @param token the token it held, in the form that sorts
 * @param nanoTime the moment, on the machine's monotonic clock
 */
public record RoleAct(String role, int slot, String node, String token, long nanoTime) {

  /** Creates an act. */
  public RoleAct {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(token, "token");
  }

  /**
   * Returns the acts of a role among the events of some processes.
   *
   * @param role the role's name
   * @param events of any number of processes of one machine
   * @return the acts in the order of their moments
   */
  public static List<RoleAct> of(String role, Collection<NodeEvent> events) {
    return events.stream()
        .filter(event -> event.kind().equals(EventLines.ROLE_ACTED))
        .filter(event -> event.field("role").equals(role))
        .map(
            event ->
                new RoleAct(
                    role,
                    Integer.parseInt(event.field("slot")),
                    event.field("node"),
                    event.field("token"),
                    Long.parseLong(event.field("acted"))))
        .sorted(Comparator.comparingLong(RoleAct::nanoTime))
        .toList();
  }

  /**
   * Returns the acts by a lower token than one that had acted in the same slot before; there are
   * none unless two instances held the right at once.
   *
   * @param acts of one role, in the order of their moments
   * @return the outdated ones, in the same order
   */
  public static List<RoleAct> outdated(List<RoleAct> acts) {
    Map<Integer, String> highest = new HashMap<>();
    List<RoleAct> outdated = new ArrayList<>();
    for (RoleAct act : acts) {
      String before = highest.merge(act.slot(), act.token(), (a, b) -> a.compareTo(b) > 0 ? a : b);
      if (before.compareTo(act.token()) > 0) {
        outdated.add(act);
      }
    }
    return outdated;
  }
}
