package io.beethoven.grant;

import io.beethoven.model.Epoch;
import io.beethoven.model.RoleSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The definitions of roles that were made or changed while the cluster ran (4.6.8). They stand
 * above those in the configuration of the nodes.
 *
 * @param epoch the reign that stored them last; of two the higher holds, by epoch, then number
 * @param seq rises with each edit of a reign
 * @param specs the definitions, one per role, sorted by name
 */
public record Edits(Epoch epoch, long seq, List<RoleSpec> specs) implements Comparable<Edits> {

  /** Nothing was ever edited. */
  public static final Edits NONE = new Edits(Epoch.NONE, 0, List.of());

  private static final Comparator<Edits> ORDER =
      Comparator.comparing(Edits::epoch).thenComparingLong(Edits::seq);

  /** Sorts the definitions. */
  public Edits {
    Objects.requireNonNull(epoch, "epoch");
    specs = specs.stream().sorted(Comparator.comparing(RoleSpec::name)).toList();
  }

  /**
   * Stores the same under another reign.
   *
   * @param reign which
   * @return the first edits of that reign
   */
  public Edits under(Epoch reign) {
    return new Edits(reign, 0, specs);
  }

  /**
   * Makes or changes a definition.
   *
   * @param spec the definition
   * @return the next edits of the same reign
   */
  public Edits with(RoleSpec spec) {
    List<RoleSpec> changed = new ArrayList<>(specs);
    changed.removeIf(other -> other.name().equals(spec.name()));
    changed.add(spec);
    return new Edits(epoch, seq + 1, changed);
  }

  @Override
  public int compareTo(Edits other) {
    return ORDER.compare(this, other);
  }
}
