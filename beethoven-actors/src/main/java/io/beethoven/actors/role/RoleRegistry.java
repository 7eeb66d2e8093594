package io.beethoven.actors.role;

import io.beethoven.model.RoleName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The roles that a node can run, by name.
 *
 * @param implementations how each is run; sorted, unmodifiable
 */
public record RoleRegistry(SortedMap<RoleName, RoleImplementation> implementations) {

  /** The registry of a node that can run nothing. */
  public static final RoleRegistry EMPTY = new RoleRegistry(new TreeMap<>());

  /** Copies the map. */
  public RoleRegistry {
    implementations = Collections.unmodifiableSortedMap(new TreeMap<>(implementations));
  }

  /**
   * Makes a registry.
   *
   * @param implementations how each role is run
   * @return the registry
   */
  public static RoleRegistry of(Map<RoleName, RoleImplementation> implementations) {
    return new RoleRegistry(new TreeMap<>(implementations));
  }

  /** Returns the names of the roles, sorted. */
  public List<RoleName> names() {
    return List.copyOf(implementations.keySet());
  }

  /**
   * Looks an implementation up.
   *
   * @param role the role's name
   * @return how it is run, if this node can run it
   */
  public Optional<RoleImplementation> find(RoleName role) {
    return Optional.ofNullable(implementations.get(role));
  }
}
