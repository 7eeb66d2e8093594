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

  /** So many roles a node may define: all that is said of them has to fit into a message. */
  public static final int MAX_ROLES = 1_000;

  /** So many characters the arguments of all these roles may have altogether. */
  public static final int MAX_ARGUMENT_CHARS = 65_536;

  /** A node that knows nothing of roles. */
  public static final Catalog EMPTY = new Catalog(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Catalog {
    implementations = List.copyOf(implementations);
    definitions = List.copyOf(definitions);
    learned = List.copyOf(learned);
  }
}
