package io.beethoven.grant;

import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.util.List;

/**
 * What a node knows of roles.
 *
 * @param implementations the roles that it can run
 * @param definitions the definitions that were given to this node itself
 * @param learned definitions of roles that it holds and has no definition of its own for
 */
public record Catalog(
    List<RoleName> implementations, List<RoleSpec> definitions, List<RoleSpec> learned) {

  /** A node that knows nothing of roles. */
  public static final Catalog EMPTY = new Catalog(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Catalog {
    implementations = List.copyOf(implementations);
    definitions = List.copyOf(definitions);
    learned = List.copyOf(learned);
  }
}
