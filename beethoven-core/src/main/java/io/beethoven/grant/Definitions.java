package io.beethoven.grant;

import io.beethoven.grant.Order.Difference;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The definitions that hold in a reign: the edited ones; else those of the allocator's own node; of
 * roles that it does not define, the first one that was reported. They are kept while the reign
 * lasts, even if the node that brought them is gone.
 */
final class Definitions {

  private final SortedMap<RoleName, RoleSpec> holding = new TreeMap<>();

  /** Lets the allocator's own node decide. */
  void decree(Catalog own) {
    own.definitions().forEach(spec -> holding.put(spec.name(), spec));
  }

  /** Edits stand above everything else. */
  void override(Edits edits) {
    edits.specs().forEach(spec -> holding.put(spec.name(), spec));
  }

  /** Takes in what nobody defined before; to be called in the order of addresses. */
  void learn(Catalog catalog) {
    catalog.definitions().forEach(spec -> holding.putIfAbsent(spec.name(), spec));
  }

  /** Takes in what runs and nobody defined: the node that did may be gone. */
  void learnFromHolder(Catalog catalog) {
    catalog.learned().forEach(spec -> holding.putIfAbsent(spec.name(), spec));
  }

  Collection<RoleSpec> all() {
    return List.copyOf(holding.values());
  }

  Optional<RoleSpec> of(RoleName role) {
    @Nullable RoleSpec spec = holding.get(role);
    return Optional.ofNullable(spec);
  }

  /** What a node defines otherwise, sorted by role. */
  List<Difference> differencesOf(Catalog catalog) {
    SortedMap<RoleName, Difference> differences = new TreeMap<>();
    for (RoleSpec spec : catalog.definitions()) {
      RoleSpec valid = holding.get(spec.name());
      if (valid != null && !valid.equals(spec)) {
        differences.put(spec.name(), new Difference(spec.name(), difference(spec, valid)));
      }
    }
    return List.copyOf(differences.values());
  }

  /** Names each key that differs, with both values. */
  static String difference(RoleSpec theirs, RoleSpec valid) {
    List<String> keys = new ArrayList<>();
    compare(keys, "count", theirs.count(), valid.count());
    compare(keys, "arguments", theirs.arguments(), valid.arguments());
    compare(keys, "readiness", theirs.readiness(), valid.readiness());
    compare(keys, "one-shot", theirs.oneShot(), valid.oneShot());
    compare(keys, "ready-deadline", theirs.readyDeadline(), valid.readyDeadline());
    compare(keys, "stop-deadline", theirs.stopDeadline(), valid.stopDeadline());
    compare(keys, "hand-over", theirs.handOver(), valid.handOver());
    compare(keys, "fenced", theirs.fenced(), valid.fenced());
    return String.join(", ", keys);
  }

  private static void compare(List<String> keys, String key, Object theirs, Object valid) {
    if (!theirs.equals(valid)) {
      keys.add(key + " is " + theirs + ", valid is " + valid);
    }
  }
}
