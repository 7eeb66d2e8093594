package io.beethoven.grant;

import io.beethoven.grant.Answer.Nacked;
import io.beethoven.grant.Answer.Promised;
import io.beethoven.grant.Answer.Reason;
import io.beethoven.grant.Answer.Refused;
import io.beethoven.grant.Answer.Reported;
import io.beethoven.grant.Answer.Stopped;
import io.beethoven.grant.Order.Differ;
import io.beethoven.grant.Order.Difference;
import io.beethoven.grant.Order.Grant;
import io.beethoven.grant.Order.Prepare;
import io.beethoven.grant.Order.Revoke;
import io.beethoven.grant.Report.Held;
import io.beethoven.grant.Report.InstanceState;
import io.beethoven.grant.Report.Released;
import io.beethoven.grant.RightsEffect.Reply;
import io.beethoven.grant.RightsEffect.Retoken;
import io.beethoven.grant.RightsEffect.Start;
import io.beethoven.grant.RightsEffect.Stop;
import io.beethoven.grant.RightsEffect.Tell;
import io.beethoven.grant.RightsEffect.Warn;
import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one node may run: the node's side of the protocol of rights. Owned by one thread at a time;
 * each step changes it and returns what has to be done.
 *
 * <p>It guarantees, to every allocator:
 *
 * <ol>
 *   <li>An order of a lower epoch than the highest one promised is not obeyed.
 *   <li>An order for another session is not obeyed.
 *   <li>Once a token of a slot was taken away, given up or refused, no token up to it is ever
 *       taken: delayed repetitions of a grant do nothing.
 *   <li>At most one slot of a role is held at a time, one that is being stopped included.
 *   <li>{@link Stopped} is said only after the instance has really stopped.
 * </ol>
 */
public final class Rights {

  private final Incarnation self;
  private final Catalog catalog;
  private final SortedMap<Slot, Right> rights = new TreeMap<>();
  private final SortedMap<Slot, Token> floors = new TreeMap<>();
  private final SortedMap<RoleName, Released> released = new TreeMap<>();
  private final Set<Difference> differences = new HashSet<>();
  private Epoch promised = Epoch.NONE;
  private long reign;
  private long session = 1;
  private long version;
  private boolean accepting = true;
  private boolean draining;

  private static final class Right {
    final RoleSpec spec;
    Token token;
    InstanceState state = InstanceState.STARTING;

    Right(RoleSpec spec, Token token) {
      this.spec = spec;
      this.token = token;
    }
  }

  /**
   * Creates the rights of a node that holds none.
   *
   * @param self which life of which node
   * @param catalog what it can run and how that is defined here
   */
  public Rights(Incarnation self, Catalog catalog) {
    this.self = self;
    this.catalog = catalog;
  }

  /**
   * Obeys an order, or refuses it.
   *
   * @param order the order
   * @return what to do
   */
  public List<RightsEffect> handle(Order order) {
    int byEpoch = order.epoch().compareTo(promised);
    boolean rival = byEpoch == 0 && order instanceof Prepare prepare && prepare.reign() != reign;
    if (byEpoch < 0 || rival) {
      return List.of(new Reply(new Nacked(self, promised, reign)));
    }
    promised = order.epoch();
    if (order instanceof Prepare prepare) {
      reign = prepare.reign();
      return List.of(new Reply(new Promised(report(), catalog(), prepare.round())));
    } else if (order instanceof Grant grant) {
      return grant(grant);
    } else if (order instanceof Revoke revoke) {
      return revoke(revoke);
    } else {
      return differ((Differ) order);
    }
  }

  private List<RightsEffect> grant(Grant grant) {
    Slot slot = grant.slot();
    Token token = grant.token();
    if (grant.session() != session) {
      return refuse(slot, token, Reason.SESSION);
    }
    Right right = rights.get(slot);
    if (right != null && right.state != InstanceState.STOPPING) {
      return regrant(grant, right);
    }
    if (token.compareTo(floor(slot)) <= 0) {
      return refuse(slot, token, Reason.FLOOR);
    }
    Optional<Reason> obstacle = obstacle(slot);
    if (obstacle.isPresent()) {
      // The allocator takes a refusal as final, so a repetition under way must be refused as well.
      floors.put(slot, token);
      return refuse(slot, token, obstacle.get());
    }
    released.remove(slot.role());
    rights.put(slot, new Right(grant.spec(), token));
    return List.of(new Start(slot, token, grant.spec()), new Reply(new Reported(report())));
  }

  private List<RightsEffect> regrant(Grant grant, Right right) {
    int byToken = grant.token().compareTo(right.token);
    if (byToken < 0) {
      return refuse(grant.slot(), grant.token(), Reason.FLOOR);
    }
    List<RightsEffect> effects = new ArrayList<>();
    if (byToken > 0) {
      right.token = grant.token();
      effects.add(new Retoken(grant.slot(), grant.token()));
    }
    effects.add(new Reply(new Reported(report())));
    return effects;
  }

  private Optional<Reason> obstacle(Slot slot) {
    if (!accepting || draining) {
      return Optional.of(Reason.CLOSED);
    }
    if (!catalog.implementations().contains(slot.role())) {
      return Optional.of(Reason.NO_IMPLEMENTATION);
    }
    boolean held = rights.keySet().stream().anyMatch(other -> other.role().equals(slot.role()));
    return held ? Optional.of(Reason.HELD) : Optional.empty();
  }

  private List<RightsEffect> refuse(Slot slot, Token token, Reason reason) {
    return List.of(
        new Reply(new Refused(self, slot, token, reason)), new Reply(new Reported(report())));
  }

  private List<RightsEffect> revoke(Revoke revoke) {
    Slot slot = revoke.slot();
    if (revoke.session() != session) {
      return List.of(new Reply(new Reported(report())));
    }
    Right right = rights.get(slot);
    if (right != null && right.token.compareTo(revoke.token()) > 0) {
      return List.of(new Reply(new Reported(report())));
    }
    raiseFloor(slot, revoke.token());
    if (right == null) {
      return List.of(new Reply(new Stopped(self, slot, floor(slot))));
    }
    List<RightsEffect> effects = new ArrayList<>();
    if (right.state != InstanceState.STOPPING) {
      right.state = InstanceState.STOPPING;
      effects.add(new Stop(slot));
    }
    effects.add(new Reply(new Reported(report())));
    return effects;
  }

  private List<RightsEffect> differ(Differ differ) {
    List<Difference> unsaid =
        differ.differences().stream()
            .filter(difference -> !differences.contains(difference))
            .toList();
    differences.clear();
    differences.addAll(differ.differences());
    return unsaid.isEmpty() ? List.of() : List.of(new Warn(unsaid));
  }

  /**
   * An instance has another state. Nothing happens if the slot is not held, is being stopped, or
   * has that state already.
   *
   * @param slot its slot
   * @param state any state but {@link InstanceState#STOPPING}
   * @return what to do
   */
  public List<RightsEffect> changed(Slot slot, InstanceState state) {
    Right right = rights.get(slot);
    if (right == null || right.state == InstanceState.STOPPING || right.state == state) {
      return List.of();
    }
    right.state = state;
    return List.of(new Tell(new Reported(report())));
  }

  /**
   * An instance that was to be stopped runs no longer.
   *
   * @param slot its slot
   * @return what to do
   */
  public List<RightsEffect> stopped(Slot slot) {
    Right right = rights.remove(slot);
    if (right == null) {
      return List.of();
    }
    raiseFloor(slot, right.token);
    return List.of(
        new Tell(new Stopped(self, slot, floor(slot))), new Tell(new Reported(report())));
  }

  /**
   * An instance failed too often and runs no longer.
   *
   * @param slot its slot
   * @param reason its last failure, for people
   * @return what to do
   */
  public List<RightsEffect> gaveUp(Slot slot, String reason) {
    Right right = rights.get(slot);
    if (right == null) {
      return List.of();
    }
    if (right.state == InstanceState.STOPPING) {
      return stopped(slot);
    }
    released.put(slot.role(), new Released(slot, right.token, reason));
    rights.remove(slot);
    raiseFloor(slot, right.token);
    // The failure first: an allocator that hears of the free slot alone gives it back to this node.
    return List.of(
        new Tell(new Reported(report())), new Tell(new Stopped(self, slot, floor(slot))));
  }

  /**
   * Drops all rights and takes none until {@link #resume()}: the node is about to change clusters.
   *
   * @return what to do
   */
  public List<RightsEffect> stopAll() {
    session++;
    accepting = false;
    released.clear();
    return stopEverything();
  }

  /**
   * Takes rights again.
   *
   * @return what to do
   */
  public List<RightsEffect> resume() {
    if (accepting && !draining) {
      return List.of();
    }
    accepting = true;
    draining = false;
    return List.of(new Tell(new Reported(report())));
  }

  /**
   * Takes no more rights, and asks the allocator to revoke those that are held: the node is
   * leaving.
   *
   * @return what to do
   */
  public List<RightsEffect> drain() {
    draining = true;
    return List.of(new Tell(new Reported(report())));
  }

  /**
   * Stops waiting for the allocator to revoke and drops all rights.
   *
   * @return what to do
   */
  public List<RightsEffect> endDrain() {
    session++;
    return stopEverything();
  }

  private List<RightsEffect> stopEverything() {
    List<RightsEffect> effects = new ArrayList<>();
    rights.forEach(
        (slot, right) -> {
          if (right.state != InstanceState.STOPPING) {
            right.state = InstanceState.STOPPING;
            raiseFloor(slot, right.token);
            effects.add(new Stop(slot));
          }
        });
    effects.add(new Tell(new Reported(report())));
    return effects;
  }

  /** Returns a report of what is held now, with the next version. */
  public Report report() {
    version++;
    List<Held> held =
        rights.entrySet().stream()
            .map(entry -> new Held(entry.getKey(), entry.getValue().token, entry.getValue().state))
            .toList();
    return new Report(
        self,
        promised,
        session,
        version,
        accepting,
        draining,
        held,
        List.copyOf(released.values()));
  }

  private Catalog catalog() {
    Set<RoleName> defined = new HashSet<>();
    catalog.definitions().forEach(spec -> defined.add(spec.name()));
    List<RoleSpec> learned =
        rights.values().stream()
            .map(right -> right.spec)
            .filter(spec -> !defined.contains(spec.name()))
            .toList();
    return new Catalog(catalog.implementations(), catalog.definitions(), learned);
  }

  /** Returns the slots that are held, those that are being stopped included; a sorted copy. */
  public List<Slot> slots() {
    return List.copyOf(rights.keySet());
  }

  /** Tells whether nothing is held, nor being stopped. */
  public boolean isEmpty() {
    return rights.isEmpty();
  }

  /** Tells whether all that is held runs or has done its work; also true when nothing is held. */
  public boolean allRunning() {
    return rights.values().stream()
        .allMatch(
            right ->
                right.state == InstanceState.RUNNING || right.state == InstanceState.COMPLETED);
  }

  /** Returns the highest epoch promised, {@link Epoch#NONE} at first. */
  public Epoch promised() {
    return promised;
  }

  private Token floor(Slot slot) {
    @Nullable Token floor = floors.get(slot);
    return floor == null ? Token.NONE : floor;
  }

  private void raiseFloor(Slot slot, Token token) {
    floors.merge(slot, token, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }
}
