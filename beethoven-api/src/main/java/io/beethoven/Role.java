package io.beethoven;

import io.beethoven.actors.role.RoleImplementation;
import io.beethoven.actors.settings.RoleDefaults;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.RoleSpec.HandOver;
import io.beethoven.model.RoleSpec.Readiness;
import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;

/**
 * What shall run, and what runs it here. Immutable: each method returns another role.
 *
 * <p>What is not said is taken from the entry of that name in {@code beethoven.roles}, where there
 * is one, and otherwise from {@code beethoven.role.defaults}. The nodes of a cluster should define
 * a role alike; where they do not, the definition of the allocator's node holds.
 */
public final class Role {

  private final RoleName name;
  private final Optional<RoleImplementation> implementation;
  private final Said said;

  /** What was said of the role; null where nothing was. Not changed once its role is made. */
  private static final class Said {
    @Nullable Integer count;
    @Nullable Map<String, String> arguments;
    @Nullable Readiness readiness;
    @Nullable Boolean oneShot;
    @Nullable Duration readyDeadline;
    @Nullable Duration stopDeadline;
    @Nullable HandOver handOver;
    @Nullable Boolean fenced;

    Said copy() {
      Said copy = new Said();
      copy.count = count;
      copy.arguments = arguments;
      copy.readiness = readiness;
      copy.oneShot = oneShot;
      copy.readyDeadline = readyDeadline;
      copy.stopDeadline = stopDeadline;
      copy.handOver = handOver;
      copy.fenced = fenced;
      return copy;
    }
  }

  private Role(RoleName name, Optional<RoleImplementation> implementation, Said said) {
    this.name = name;
    this.implementation = implementation;
    this.said = said;
  }

  /**
   * Returns a role that one method runs.
   *
   * @param name the role's name, as {@link RoleName} allows it
   * @param task called once per instance, on a thread of its own; the same object for all instances
   *     of this node, one after the other
   * @return the role
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Role task(String name, RoleTask task) {
    Objects.requireNonNull(task, "task");
    return of(name, RoleImplementation.task(() -> task));
  }

  /**
   * Returns a role that is started and stopped.
   *
   * @param name the role's name, as {@link RoleName} allows it
   * @param factory makes an object for each instance
   * @return the role
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Role lifecycle(String name, Supplier<? extends RoleLifecycle> factory) {
    return of(name, RoleImplementation.lifecycle(factory));
  }

  /**
   * Returns a role that is an actor.
   *
   * @param name the role's name, as {@link RoleName} allows it
   * @param factory makes the behavior of each instance, on a dispatcher; the actor is stopped
   *     without being asked
   * @return the role
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Role behavior(String name, Function<RoleContext, Behavior<?>> factory) {
    return of(name, RoleImplementation.behavior(factory));
  }

  /**
   * Returns a role that is an actor, which is asked to stop itself.
   *
   * @param name the role's name, as {@link RoleName} allows it
   * @param factory makes the behavior of each instance, on a dispatcher
   * @param stopMessage a message upon which the behavior stops itself
   * @param <T> the actor's message type
   * @return the role
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static <T> Role behavior(
      String name, Function<RoleContext, Behavior<T>> factory, T stopMessage) {
    return of(name, RoleImplementation.behavior(factory, stopMessage));
  }

  /**
   * Returns a role that this node defines and never runs.
   *
   * @param name the role's name, as {@link RoleName} allows it
   * @return the role
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Role definition(String name) {
    return new Role(new RoleName(name), Optional.empty(), new Said());
  }

  private static Role of(String name, RoleImplementation implementation) {
    return new Role(new RoleName(name), Optional.of(implementation), new Said());
  }

  /**
   * Says how many instances the cluster shall run.
   *
   * @param count at most one runs on a node; 1 to {@value RoleSpec#MAX_COUNT}
   * @return the role
   * @throws IllegalArgumentException if the count is out of range
   */
  public Role count(int count) {
    RoleSpec.requireCount(name, count);
    return with(more -> more.count = count);
  }

  /**
   * Adds an argument. The first one replaces all that the configuration has.
   *
   * @param key its name
   * @param value what each instance reads in its context
   * @return the role
   * @throws IllegalArgumentException if all keys and values have more than {@value
   *     RoleSpec#MAX_ARGUMENT_CHARS} characters
   */
  public Role argument(String key, String value) {
    Map<String, String> arguments =
        said.arguments == null ? new TreeMap<>() : new TreeMap<>(said.arguments);
    arguments.put(key, Objects.requireNonNull(value, "value"));
    RoleSpec.requireShort(name, arguments);
    Map<String, String> all = Map.copyOf(arguments);
    return with(more -> more.arguments = all);
  }

  /**
   * Says that an instance counts as running when it called {@link RoleContext#ready()}, and not
   * before.
   *
   * @return the role
   */
  public Role explicitReadiness() {
    return with(more -> more.readiness = Readiness.EXPLICIT);
  }

  /**
   * Says that a task that returns has done its work. Otherwise returning counts as a failure.
   *
   * @return the role
   */
  public Role oneShot() {
    return with(more -> more.oneShot = true);
  }

  /**
   * Says how long an instance may take to become ready before its start counts as failed.
   *
   * @param deadline more than zero, at most an hour
   * @return the role
   * @throws IllegalArgumentException if it is out of range
   */
  public Role readyDeadline(Duration deadline) {
    Duration checked = RoleSpec.requireDeadline(name, "ready-deadline", deadline);
    return with(more -> more.readyDeadline = checked);
  }

  /**
   * Says how long an instance may take to stop. A task's thread is interrupted at once, that of a
   * lifecycle after this time.
   *
   * @param deadline more than zero; a node does not start unless it is less than {@code
   *     lifecycle.leave-timeout} less {@code role.drain-timeout}
   * @return the role
   * @throws IllegalArgumentException if it is zero or less, or more than an hour
   */
  public Role stopDeadline(Duration deadline) {
    Duration checked = RoleSpec.requireDeadline(name, "stop-deadline", deadline);
    return with(more -> more.stopDeadline = checked);
  }

  /**
   * Says that an instance that moves to another node while both live is ready there before it stops
   * here: one more than the count run for a moment, and never fewer. Otherwise it stops first.
   *
   * @return the role
   */
  public Role startFirst() {
    return with(more -> more.handOver = HandOver.START_FIRST);
  }

  /**
   * Says that what the role protects does not refuse lower tokens ({@link RoleContext#token()}).
   * Nobody then takes over from a node that fell silent before the stop deadline has passed as
   * well.
   *
   * @return the role
   */
  public Role unfenced() {
    return with(more -> more.fenced = false);
  }

  /** Returns the role's name. */
  public RoleName name() {
    return name;
  }

  Optional<RoleImplementation> implementation() {
    return implementation;
  }

  /** Puts the definition together from what was said, what is configured, and the defaults. */
  RoleSpec spec(Optional<RoleSpec> configured, RoleDefaults defaults) {
    RoleSpec base = configured.orElseGet(() -> defaults.define(name));
    return new RoleSpec(
        name,
        said.count == null ? base.count() : said.count,
        said.arguments == null ? base.arguments() : said.arguments,
        said.readiness == null ? base.readiness() : said.readiness,
        said.oneShot == null ? base.oneShot() : said.oneShot,
        said.readyDeadline == null ? base.readyDeadline() : said.readyDeadline,
        said.stopDeadline == null ? base.stopDeadline() : said.stopDeadline,
        said.handOver == null ? base.handOver() : said.handOver,
        said.fenced == null ? base.fenced() : said.fenced);
  }

  private Role with(Consumer<Said> change) {
    Said more = said.copy();
    change.accept(more);
    return new Role(name, implementation, more);
  }
}
