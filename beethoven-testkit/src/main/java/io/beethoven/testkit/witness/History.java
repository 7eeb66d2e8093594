package io.beethoven.testkit.witness;

import io.beethoven.testkit.witness.WitnessEvent.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What instances wrote, put together: for each instance, when it was valid and with which tokens.
 * What it takes grows with the number of instances, not with their ticks. Events of one process
 * come in its order, those of several in any. Not for several threads.
 */
public final class History {

  private record Key(String process, int instance) {}

  private final Map<Key, InstanceLife> lives = new LinkedHashMap<>();

  /** Creates a history in which nothing has happened. */
  public History() {}

  /**
   * Takes an event.
   *
   * @param event whose instance's start was taken before
   * @throws IllegalArgumentException if that start is missing
   */
  public void add(WitnessEvent event) {
    Key key = new Key(event.process(), event.instance());
    if (event.kind() == Kind.START) {
      lives.put(key, new InstanceLife(event));
    }
    InstanceLife life = lives.get(key);
    if (life == null) {
      throw new IllegalArgumentException("no start before " + event);
    }
    life.add(event);
  }

  /** Returns the instances by their roles, in the order of their starts being taken. */
  Map<String, List<InstanceLife>> byRole() {
    return lives.values().stream()
        .collect(Collectors.groupingBy(InstanceLife::role, TreeMap::new, Collectors.toList()));
  }

  Collection<InstanceLife> lives() {
    return lives.values();
  }

  /**
   * Returns in which slots of a role an instance was valid when it was last heard of.
   *
   * @param role the role's name
   * @param since by {@link System#nanoTime}; one that was not heard of since then does not count
   * @return node by slot
   */
  public Map<Integer, String> holders(String role, long since) {
    Map<Integer, String> holders = new TreeMap<>();
    for (InstanceLife life : lives.values()) {
      if (life.role().equals(role) && life.isValidSince(since)) {
        holders.put(life.slot(), life.node());
      }
    }
    return holders;
  }
}
