package io.beethoven;

import io.beethoven.actors.role.RoleImplementation;
import io.beethoven.actors.role.RoleRegistry;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.RoleDefinition;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The roles of the configuration and of the program, put together.
 *
 * @param specs what shall run, sorted by name
 * @param registry what this node can run
 */
record RoleCatalog(List<RoleSpec> specs, RoleRegistry registry) {

  /**
   * Puts roles together; what the program says of a role ranks above what the configuration does.
   */
  static RoleCatalog of(BeethovenSettings settings, Collection<Role> roles) {
    Map<RoleName, RoleSpec> specs = new TreeMap<>();
    Map<RoleName, RoleImplementation> implementations = new TreeMap<>();
    for (RoleDefinition definition : settings.roles()) {
      RoleName name = definition.spec().name();
      specs.put(name, definition.spec());
      definition.implementation().ifPresent(code -> implementations.put(name, code));
    }
    for (Role role : roles) {
      RoleName name = role.name();
      specs.put(name, role.spec(Optional.ofNullable(specs.get(name)), settings.roleDefaults()));
      role.implementation().ifPresent(code -> implementations.put(name, code));
    }
    settings.requireValidRoles(specs.values());
    return new RoleCatalog(List.copyOf(specs.values()), RoleRegistry.of(implementations));
  }
}
