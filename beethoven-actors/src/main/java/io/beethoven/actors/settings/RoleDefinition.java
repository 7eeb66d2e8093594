package io.beethoven.actors.settings;

import io.beethoven.model.RoleSpec;
import java.util.Optional;

/**
 * A role from the configuration: one entry of {@code beethoven.roles}.
 *
 * @param spec what shall run
 * @param implementation the class that runs it, a {@code RoleTask} or a {@code RoleLifecycle} with
 *     a public constructor without parameters; empty if the entry names none
 */
public record RoleDefinition(RoleSpec spec, Optional<Class<?>> implementation) {}
