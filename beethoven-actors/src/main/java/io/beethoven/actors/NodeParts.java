package io.beethoven.actors;

import io.beethoven.actors.BeethovenGuardian.Setup;
import io.beethoven.actors.beacon.AddressClaimed;
import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.BeaconServer.BeaconFailed;
import io.beethoven.actors.beacon.BeaconTransport;
import io.beethoven.actors.discovery.CandidateSource;
import io.beethoven.actors.discovery.CandidateSources;
import io.beethoven.actors.discovery.Envoy;
import io.beethoven.actors.discovery.Locator;
import io.beethoven.actors.lifecycle.Legacy;
import io.beethoven.actors.lifecycle.NodeLifecycle;
import io.beethoven.actors.membership.CoreServer;
import io.beethoven.actors.membership.CoreServer.LocalRolesChanged;
import io.beethoven.actors.membership.Doorway;
import io.beethoven.actors.membership.PeerRegistry.HeldForDead;
import io.beethoven.actors.role.LeaseClock;
import io.beethoven.actors.role.OutlookHolder;
import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.role.RolesRunning;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.DiscoveryMode;
import io.beethoven.actors.settings.DiscoverySettings;
import io.beethoven.discovery.Endpoint;
import io.beethoven.discovery.Identity;
import io.beethoven.discovery.Standing;
import io.beethoven.grant.Durable;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleTable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The actors of a node, wired to each other.
 *
 * @param beaconEndpoint where the beacon is reached
 * @param beacon finds and is found, and is the node's life sign
 * @param roles runs the roles
 * @param core the node's view of the cluster
 * @param lifecycle carries out what the locator decides
 * @param locator looks for peers
 * @param envoy speaks for the node's cluster to others that were formed apart
 */
record NodeParts(
    Endpoint beaconEndpoint,
    ActorRef<BeaconServer.Command> beacon,
    ActorRef<RoleServer.Command> roles,
    ActorRef<CoreServer.Command> core,
    ActorRef<NodeLifecycle.Command> lifecycle,
    ActorRef<Locator.Command> locator,
    ActorRef<Envoy.Command> envoy) {

  /**
   * The guardian's ends of what the parts tell each other through it, since neither could be
   * spawned with the other.
   *
   * @param failed told when the beacon fails
   * @param held told when the other nodes hold this one for dead
   * @param localRoles told whether all that is assigned to this node runs
   * @param decided told the locator's decisions
   * @param claims told when another life claims an address that is taken
   */
  record Listeners(
      ActorRef<BeaconFailed> failed,
      ActorRef<HeldForDead> held,
      ActorRef<LocalRolesChanged> localRoles,
      ActorRef<Locator.Decision> decided,
      ActorRef<AddressClaimed> claims) {}

  /**
   * Binds the beacon, spawns all actors, and opens the node's doorway.
   *
   * @param context the guardian's
   * @param setup what the guardian was given
   * @param self this node
   * @param listeners the guardian's ends
   * @return the parts
   * @throws RuntimeException if the beacon cannot be bound, or the system has a node already
   */
  static NodeParts spawn(
      ActorContext<?> context, Setup setup, Incarnation self, Listeners listeners) {
    // The beacon first: it is the node's life sign and must stand before the first right is given.
    BeaconTransport transport = setup.beacon().get();
    Wiring wiring =
        new Wiring(
            context,
            setup,
            self,
            new Endpoint(setup.settings().node().beaconHost(), transport.local().port()),
            listeners,
            new OutlookHolder());
    RolesRunning running = new RolesRunning();
    ActorRef<BeaconServer.Command> beacon = wiring.beacon(transport, running);
    ActorRef<RoleServer.Command> roles = wiring.roles(running);
    ActorRef<CoreServer.Command> core = wiring.core(beacon, roles);
    roles.tell(new RoleServer.WatchReady(listeners.localRoles()));
    Doorway.open(context.getSystem(), core.narrow());
    ActorRef<NodeLifecycle.Command> lifecycle =
        wiring.lifecycle(new NodeLifecycle.Actors(beacon, core, roles));
    ActorRef<Envoy.Command> envoy = wiring.envoy(new Envoy.Actors(beacon, core, lifecycle));
    lifecycle.tell(new NodeLifecycle.Accredited(envoy));
    ActorRef<Locator.Command> locator = wiring.locator(beacon);
    lifecycle.tell(new NodeLifecycle.Located(locator));
    return new NodeParts(wiring.beaconEndpoint(), beacon, roles, core, lifecycle, locator, envoy);
  }

  /** Returns all of them. */
  List<ActorRef<?>> all() {
    return List.of(beacon, roles, core, lifecycle, locator, envoy);
  }

  private record Wiring(
      ActorContext<?> context,
      Setup setup,
      Incarnation self,
      Endpoint beaconEndpoint,
      Listeners listeners,
      OutlookHolder outlook) {

    private BeethovenSettings settings() {
      return setup.settings();
    }

    private ActorRef<BeaconServer.Command> beacon(BeaconTransport transport, RolesRunning running) {
      Identity identity =
          new Identity(
              settings().clusterName(),
              context.getSystem().name(),
              self,
              beaconEndpoint,
              settings().agreement());
      return context.spawn(
          BeaconServer.create(
              new BeaconServer.Setup(
                  identity,
                  settings().beacon(),
                  Standing.SEEKING,
                  transport,
                  running::whenNone,
                  listeners.failed(),
                  listeners.claims())),
          "beacon");
    }

    private ActorRef<RoleServer.Command> roles(RolesRunning running) {
      return context.spawn(
          RoleServer.create(
              new RoleServer.Setup(
                  self,
                  setup.registry(),
                  setup.roles(),
                  settings().role(),
                  settings().timing(),
                  running,
                  outlook,
                  memory(),
                  LeaseClock.SYSTEM)),
          "roles");
    }

    private RoleServer.Memory memory() {
      Legacy legacy = setup.legacy();
      Executor blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
      Executor executor = legacy.isSlow() ? blocking : Runnable::run;
      Consumer<Durable> keeper = legacy.begin();
      return new RoleServer.Memory(
          legacy.kept(),
          state ->
              CompletableFuture.runAsync(() -> keeper.accept(state), executor)
                  .thenApply(kept -> Done.getInstance()));
    }

    private ActorRef<CoreServer.Command> core(
        ActorRef<BeaconServer.Command> beacon, ActorRef<RoleServer.Command> roles) {
      return context.spawn(
          CoreServer.create(
              new CoreServer.Setup(
                  self,
                  beaconEndpoint,
                  beacon,
                  roles,
                  listeners.held(),
                  RoleTable.unallocated(setup.roles()),
                  new CoreServer.Settings(
                      settings().membership(),
                      settings().evidence(),
                      settings().bounds(setup.roles())),
                  setup.snapshots(),
                  setup.clock())),
          "core");
    }

    private ActorRef<NodeLifecycle.Command> lifecycle(NodeLifecycle.Actors actors) {
      RoleAllocator.Setup allocator =
          new RoleAllocator.Setup(
              self,
              actors.core(),
              settings().timing(),
              settings().evidence().maxVoters(),
              outlook,
              LeaseClock.SYSTEM);
      return context.spawn(
          NodeLifecycle.create(
              new NodeLifecycle.Setup(
                  self,
                  settings(),
                  new NodeLifecycle.Allocators(
                      RoleAllocator.create(allocator), RoleAllocator.standIn(allocator)),
                  actors,
                  setup.snapshots(),
                  setup.legacy(),
                  setup.clock())),
          "lifecycle");
    }

    private ActorRef<Envoy.Command> envoy(Envoy.Actors actors) {
      return context.spawn(
          Envoy.create(
              new Envoy.Setup(
                  self,
                  beaconEndpoint,
                  settings().discovery(),
                  settings().islands(),
                  candidateSources(),
                  actors,
                  setup.snapshots(),
                  setup.clock())),
          "envoy");
    }

    private ActorRef<Locator.Command> locator(ActorRef<BeaconServer.Command> beacon) {
      DiscoverySettings discovery = settings().discovery();
      if (discovery.mode() == DiscoveryMode.NONE) {
        return context.spawn(Locator.idle(), "locator");
      }
      return context.spawn(
          Locator.create(
              new Locator.Dependencies(
                  self,
                  beaconEndpoint,
                  discovery,
                  candidateSources(),
                  beacon,
                  listeners.decided(),
                  setup.legacy().take())),
          "locator");
    }

    private List<CandidateSource> candidateSources() {
      return CandidateSources.of(
          settings().discovery(),
          context.getSystem().dispatchers().lookup(DispatcherSelector.blocking()));
    }
  }
}
