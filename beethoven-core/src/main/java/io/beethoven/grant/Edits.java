package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Epoch;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The definitions of roles that were made or changed while the cluster ran (4.6.8). They stand
 * above those in the configuration of the nodes.
 *
 * @param cluster the id of the cluster in which they were made; 0 if nothing was ever edited
 * @param voters how many nodes voted there
 * @param epoch the reign that stored them last; of two of a cluster the higher holds, by epoch,
 *     then number
 * @param seq rises with each edit of a reign
 * @param specs the definitions, one per role, sorted by name
 */
public record Edits(long cluster, int voters, Epoch epoch, long seq, List<RoleSpec> specs)
    implements Comparable<Edits> {

  /** Nothing was ever edited. */
  public static final Edits NONE = new Edits(0, 0, Epoch.NONE, 0, List.of());

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
   * @param of the voters of its cluster
   * @return the first edits of that reign
   */
  public Edits under(Epoch reign, Voters of) {
    return new Edits(of.cluster(), of.all().size(), reign, 0, specs);
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
    return new Edits(cluster, voters, epoch, seq + 1, changed);
  }

  /**
   * Takes over what was edited in a cluster whose nodes have come into this one. Of two edits of
   * one role that of the cluster with more voters holds, and this one's if they have as many.
   *
   * @param theirs the other cluster's
   * @return the next edits of the same reign; these if that changes nothing
   */
  public Edits inheriting(Edits theirs) {
    SortedMap<RoleName, RoleSpec> merged = new TreeMap<>();
    Edits weaker = theirs.voters > voters ? this : theirs;
    Edits stronger = weaker.equals(this) ? theirs : this;
    weaker.specs.forEach(spec -> merged.put(spec.name(), spec));
    stronger.specs.forEach(spec -> merged.put(spec.name(), spec));
    List<RoleSpec> all = List.copyOf(merged.values());
    return all.equals(specs) ? this : new Edits(cluster, voters, epoch, seq + 1, all);
  }

  @Override
  public int compareTo(Edits other) {
    return ORDER.compare(this, other);
  }
}
