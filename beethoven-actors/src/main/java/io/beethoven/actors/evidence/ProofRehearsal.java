package io.beethoven.actors.evidence;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.beacon.LineEvent;
import io.beethoven.actors.beacon.LineEvent.Cause;
import io.beethoven.actors.beacon.LineEvent.Kind;
import io.beethoven.actors.beacon.LineEvent.LineClosed;
import io.beethoven.actors.beacon.LineEvent.LineOpened;
import io.beethoven.actors.beacon.LineEvent.LineReceived;
import io.beethoven.actors.beacon.ProbeOutcome;
import io.beethoven.actors.membership.PeerRegistry;
import io.beethoven.actors.settings.EvidenceSettings;
import io.beethoven.discovery.BeaconMessage.Armed;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Has a {@link NodeTracker} prove the death of an invented peer, so that the classes are loaded
 * before a real death. It plays the tracker's beacon and registry itself, opens no connection, and
 * ends by itself.
 */
public final class ProofRehearsal {

  private static final Incarnation SELF = new Incarnation(new NodeId("rehearsal-2", 1), 2);
  private static final Incarnation PEER = new Incarnation(new NodeId("rehearsal-1", 1), 1);
  private static final Endpoint NOWHERE = new Endpoint("rehearsal-1", 2);
  private static final long TALK = 1;
  private static final long LIFE = 2;

  private sealed interface Heard {}

  private record AsBeacon(BeaconServer.Command command) implements Heard {}

  private record AsRegistry(PeerRegistry.Command command) implements Heard {}

  private ProofRehearsal() {}

  /**
   * Creates the behavior.
   *
   * @param settings how death is noticed here
   * @return the behavior; tell it nothing
   */
  public static Behavior<?> create(EvidenceSettings settings) {
    return Behaviors.<Heard>setup(context -> rehearse(context, settings));
  }

  private static Behavior<Heard> rehearse(ActorContext<Heard> context, EvidenceSettings settings) {
    ActorRef<NodeTracker.Command> tracker =
        context.spawn(
            NodeTracker.create(
                new NodeTracker.Peering(SELF, PEER, NOWHERE),
                settings,
                context.messageAdapter(BeaconServer.Command.class, AsBeacon::new),
                context.messageAdapter(PeerRegistry.Command.class, AsRegistry::new)),
            "tracker");
    return Behaviors.receive(Heard.class)
        .onMessage(AsBeacon.class, message -> asBeacon(message.command(), tracker))
        .onMessage(
            AsRegistry.class,
            message ->
                message.command() instanceof PeerRegistry.Proved
                    ? Behaviors.stopped()
                    : Behaviors.same())
        .build();
  }

  private static Behavior<Heard> asBeacon(
      BeaconServer.Command command, ActorRef<NodeTracker.Command> tracker) {
    if (command instanceof BeaconServer.Own own) {
      ActorRef<LineEvent> owner = own.owner();
      owner.tell(new LineOpened(TALK, Kind.TALK, true, Optional.empty(), true));
      owner.tell(new LineOpened(LIFE, Kind.LIFE, true, Optional.empty(), true));
      owner.tell(new LineReceived(LIFE, new Armed()));
      tracker.tell(new NodeTracker.SendVotes(new Votes(List.of(), List.of())));
      owner.tell(new LineClosed(LIFE, Kind.LIFE, Cause.FIN));
    } else if (command instanceof BeaconServer.Probe probe) {
      // Nobody listens there any more.
      probe
          .replyTo()
          .tell(new BeaconServer.ProbeResult(probe.target(), new ProbeOutcome.Refused()));
    }
    return Behaviors.same();
  }
}
