package io.beethoven.actors.membership;

import io.beethoven.actors.beacon.BeaconServer;
import io.beethoven.actors.evidence.Downing;
import io.beethoven.actors.evidence.NodeTracker;
import io.beethoven.actors.protocol.CoreMessage;
import io.beethoven.actors.protocol.Introduction;
import io.beethoven.actors.role.RoleServer;
import io.beethoven.actors.role.RoleServer.EvidenceChanged;
import io.beethoven.actors.role.RoleServer.EvidenceNews;
import io.beethoven.actors.role.RoleServer.SelfHeldForDead;
import io.beethoven.actors.role.RoleServer.VotesToTell;
import io.beethoven.actors.settings.EvidenceSettings;
import io.beethoven.actors.settings.PekkoOverlay;
import io.beethoven.discovery.BeaconMessage.Votes;
import io.beethoven.discovery.Endpoint;
import io.beethoven.evidence.Evidence;
import io.beethoven.evidence.Voters;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.MemberDowned;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberLeft;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * The other members of the cluster: how their actors are reached, what is known of their death, and
 * who is told.
 *
 * <p>Spawned by {@link CoreServer} and never restarted: it ends with it. Spawns one {@link
 * NodeTracker} per peer of which this node gives or gets evidence.
 */
public final class PeerRegistry extends AbstractBehavior<PeerRegistry.Command> {

  /** What it understands, all from this node. */
  public interface Command {}

  /**
   * What it needs.
   *
   * @param self how this node's own actors are reached
   * @param settings how death is noticed
   * @param beacon this node's beacon
   * @param roles decides on deaths, by what this actor tells it
   * @param core told of {@link PeerJoining}, {@link PeerOnline}, {@link PeerOffline}, {@link
   *     PeersChanged} and {@link HeldForDead}
   */
  public record Setup(
      Introduction self,
      EvidenceSettings settings,
      ActorRef<BeaconServer.Command> beacon,
      ActorRef<RoleServer.Command> roles,
      ActorRef<? super PeerNews> core) {}

  /** What it tells the {@link CoreServer}. */
  public sealed interface PeerNews {}

  /**
   * A peer is on its way to become a member of the cluster, which can take as long as it likes.
   *
   * @param peer who
   */
  public record PeerJoining(Incarnation peer) implements PeerNews {}

  /**
   * A peer is a member of the cluster.
   *
   * @param peer who
   */
  public record PeerOnline(Incarnation peer) implements PeerNews {}

  /**
   * A peer is dead, has departed, or was removed. Can be said twice of one peer, the second time
   * with another cause.
   *
   * @param peer who
   * @param cause why it counts as offline
   */
  public record PeerOffline(Incarnation peer, OfflineCause cause) implements PeerNews {}

  /**
   * The peers that can be reached.
   *
   * @param cores their views of the cluster, sorted by address
   * @param introduced who has just been added to them, where somebody was
   */
  public record PeersChanged(
      List<ActorRef<CoreMessage>> cores, Optional<ActorRef<CoreMessage>> introduced)
      implements PeerNews {

    /** Copies the list. */
    public PeersChanged {
      cores = List.copyOf(cores);
    }
  }

  /** The other nodes hold this one for dead, so it must stop what it runs. */
  public record HeldForDead() implements PeerNews {}

  /**
   * Asks for {@link Members}, now and at each change.
   *
   * @param watcher told until it ends
   */
  public record WatchMembers(ActorRef<Members> watcher) implements Command {}

  /**
   * A member of the cluster has said how its actors are reached.
   *
   * @param introduction who
   */
  public record Introduced(Introduction introduction) implements Command {}

  /**
   * A tracker proved that a peer's process is dead.
   *
   * @param peer whose
   */
  public record Proved(Incarnation peer) implements Command {}

  /**
   * A peer's votes arrived on its talk line.
   *
   * @param from the voter
   * @param votes what it said
   */
  public record VotesReceived(Incarnation from, Votes votes) implements Command {}

  /**
   * A peer said goodbye on its talk line.
   *
   * @param peer who
   */
  public record Departed(Incarnation peer) implements Command {}

  /**
   * A peer's lines have changed.
   *
   * @param peer whose
   * @param armed whether its life-line is armed, so that its death can be proved
   */
  public record LinesChanged(Incarnation peer, boolean armed) implements Command {}

  /**
   * Asks for the members that are online, this node left out.
   *
   * @param replyTo told at once
   */
  public record Describe(ActorRef<Described> replyTo) implements Command {}

  /**
   * The answer to {@link Describe}.
   *
   * @param peers the members, sorted by address
   */
  public record Described(List<PeerDescription> peers) {

    /** Copies the list. */
    public Described {
      peers = List.copyOf(peers);
    }
  }

  /**
   * An online member.
   *
   * @param node who
   * @param beacon where its beacon is reached, once it has introduced itself
   * @param voting whether it or this node votes on deaths, so that lines are wanted
   * @param tracker who holds its lines, where somebody does
   */
  public record PeerDescription(
      Incarnation node,
      Optional<Endpoint> beacon,
      boolean voting,
      Optional<ActorRef<NodeTracker.Command>> tracker) {}

  /**
   * This node's allocator, which issues orders, says again and again of whom it is certain.
   *
   * @param members the other members that hold nothing
   */
  public record HoldingNothing(Set<Incarnation> members) implements Command {}

  private record EvidenceTold(EvidenceNews news) implements Command {}

  private record MemberChanged(MemberEvent event) implements Command {}

  private record StillMember(Incarnation departed) implements Command {}

  private record WatcherEnded(ActorRef<Members> watcher) implements Command {}

  private enum Tick implements Command {
    INTRODUCE
  }

  /** How often a member that has not introduced itself is asked again. */
  private static final Duration INTRODUCE_PAUSE = Duration.ofMillis(250);

  /** How long a node that said goodbye may take to leave the membership by itself. */
  private static final Duration DEPARTURE_LIMIT = Duration.ofSeconds(8);

  /** How many redials' time a member has to show that it lives, when its address is claimed. */
  private static final int PATIENCE_FACTOR = 4;

  private final Setup setup;
  private final Incarnation self;
  private final TimerScheduler<Command> timers;
  private final Cluster cluster;
  private final ActorRef<Downing.Command> downing;
  private final Peers peers;
  private final Map<Incarnation, ActorRef<NodeTracker.Command>> trackers = new TreeMap<>();
  private final List<ActorRef<Members>> watchers = new ArrayList<>();
  private Evidence evidence;
  private Members members;

  /**
   * Whether this node was downed, as told in the order of events: Pekko's view of this node is
   * updated by another actor, so that it may be ahead or behind, and before the first join it says
   * "removed".
   */
  private boolean down;

  /**
   * Creates the behavior.
   *
   * @param setup what it needs
   * @return the behavior
   */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new PeerRegistry(context, timers, setup)));
  }

  private PeerRegistry(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    this.setup = setup;
    this.self = setup.self().node();
    this.peers = new Peers(setup.self());
    this.timers = timers;
    this.evidence = Evidence.of(self);
    this.downing =
        context.spawn(
            Downing.create(setup.settings().downFallback(), setup.settings().removeAfter()),
            "downing");
    this.members = peers.list(evidence.dead());
    context.setLoggerName(PeerRegistry.class);
    setup
        .roles()
        .tell(
            new RoleServer.WatchEvidence(
                context.messageAdapter(EvidenceNews.class, EvidenceTold::new)));
    this.cluster = Cluster.get(context.getSystem());
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(MemberEvent.class, MemberChanged::new), MemberEvent.class));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(MemberChanged.class, this::onMemberChanged)
        .onMessage(Introduced.class, this::onIntroduced)
        .onMessage(Proved.class, this::onProved)
        .onMessage(VotesReceived.class, this::onVotesReceived)
        .onMessage(Departed.class, this::onDeparted)
        .onMessage(LinesChanged.class, this::onLinesChanged)
        .onMessage(EvidenceTold.class, this::onEvidenceTold)
        .onMessage(WatchMembers.class, this::onWatchMembers)
        .onMessage(Describe.class, this::onDescribe)
        .onMessage(HoldingNothing.class, this::onHoldingNothing)
        .onMessage(StillMember.class, this::onStillMember)
        .onMessage(WatcherEnded.class, this::onWatcherEnded)
        .onMessage(Tick.class, this::onTick)
        .build();
  }

  private Behavior<Command> onMemberChanged(MemberChanged changed) {
    Member member = changed.event().member();
    Incarnation who = incarnation(member);
    if (who.equals(self)) {
      down |= member.status().equals(MemberStatus.down());
      return this;
    }
    if (!member.hasRole(PekkoOverlay.MEMBER_ROLE) || down || cluster.isTerminated()) {
      // When this node's own membership ends, Pekko reports all others removed; that says nothing
      // about them.
      return this;
    }
    Optional<Introduction> joined = Optional.empty();
    if (changed.event() instanceof MemberRemoved) {
      remove(who);
    } else if (isIn(changed.event())) {
      joined = enter(who);
    } else if (!peers.isIn(who)) {
      peers.joining(who);
      setup.core().tell(new PeerJoining(who));
    }
    if (changed.event() instanceof MemberDowned) {
      peers.down(who);
      removeIfGone(who);
    }
    tellRoles();
    joined.ifPresentOrElse(
        this::takeIn,
        () -> {
          updateTrackers();
          tellMembers();
        });
    return this;
  }

  /**
   * Whoever joins late may find a member that is leaving already: it was Up, and others know it.
   */
  private static boolean isIn(MemberEvent event) {
    return event instanceof MemberUp || event instanceof MemberLeft;
  }

  /** Returns how the peer is reached, if it is new and has said so already. */
  private Optional<Introduction> enter(Incarnation who) {
    if (!peers.enter(who)) {
      return Optional.empty();
    }
    setup.core().tell(new PeerOnline(who));
    introduceTo(who);
    timers.startTimerWithFixedDelay(Tick.INTRODUCE, INTRODUCE_PAUSE);
    return peers.reachable(who);
  }

  private static Incarnation incarnation(Member member) {
    var address = member.uniqueAddress().address();
    String host = address.getHost().orElseThrow();
    int port = address.getPort().orElseThrow();
    return new Incarnation(new NodeId(host, port), member.uniqueAddress().longUid());
  }

  private void remove(Incarnation who) {
    peers.remove(who);
    getContext().getLog().info("peer removed by the membership node={}", who);
    setup.core().tell(new PeerOffline(who, OfflineCause.REMOVED));
    tellReachable(Optional.empty());
  }

  // introductions

  private void introduceTo(Incarnation peer) {
    Doorway.of(getContext().getSystem(), peer.node())
        .tell(new CoreMessage.Introduce(setup.self(), true));
  }

  private Behavior<Command> onIntroduced(Introduced message) {
    Introduction theirs = message.introduction();
    // Who is not even joining in this node's view is asked when it is in.
    if (peers.introduce(theirs) && peers.isIn(theirs.node())) {
      takeIn(theirs);
    }
    return this;
  }

  private void takeIn(Introduction peer) {
    getContext().getLog().info("peer introduced node={} beacon={}", peer.node(), peer.beacon());
    updateTrackers();
    tellRoles();
    tellMembers();
    tellReachable(Optional.of(peer.core()));
  }

  private void tellReachable(Optional<ActorRef<CoreMessage>> introduced) {
    setup.core().tell(new PeersChanged(peers.cores(), introduced));
    protectAddresses();
  }

  private void protectAddresses() {
    setup
        .beacon()
        .tell(
            new BeaconServer.Protect(
                peers.beacons(evidence.dead()),
                setup.settings().redialTimeout().multipliedBy(PATIENCE_FACTOR)));
  }

  // evidence

  private Behavior<Command> onProved(Proved proved) {
    getContext().getLog().info("peer proven dead node={}", proved.peer());
    setup.roles().tell(new RoleServer.Proved(proved.peer()));
    return this;
  }

  private Behavior<Command> onVotesReceived(VotesReceived message) {
    Votes votes = message.votes();
    setup.roles().tell(new RoleServer.Voted(message.from(), votes.proved(), votes.dead()));
    return this;
  }

  private Behavior<Command> onDeparted(Departed departed) {
    getContext().getLog().info("peer departed node={}", departed.peer());
    setup.roles().tell(new RoleServer.Departed(departed.peer()));
    return this;
  }

  private void tellRoles() {
    setup.roles().tell(new RoleServer.MembersChanged(peers.members(), peers.introduced()));
  }

  private Behavior<Command> onLinesChanged(LinesChanged changed) {
    getContext().getLog().debug("lines changed node={} armed={}", changed.peer(), changed.armed());
    if (changed.armed()) {
      getContext().getLog().info("life-line armed node={}", changed.peer());
    }
    Optional.ofNullable(trackers.get(changed.peer()))
        .ifPresent(tracker -> tellVotes(tracker, evidence.votesToTell()));
    return this;
  }

  private Behavior<Command> onEvidenceTold(EvidenceTold message) {
    if (message.news() instanceof EvidenceChanged changed) {
      boolean otherVoters = !evidence.voters().equals(changed.evidence().voters());
      evidence = changed.evidence();
      if (otherVoters) {
        updateTrackers();
      }
      if (!changed.dead().isEmpty()) {
        // The allocator hears first: a replacement waits for nothing else.
        tellMembers();
        changed.dead().forEach(this::onDead);
        updateTrackers();
        protectAddresses();
      }
    } else if (message.news() instanceof VotesToTell votes) {
      tellVotes(new Evidence.TellVotes(votes.proved(), votes.dead()));
    } else if (message.news() instanceof SelfHeldForDead) {
      getContext().getLog().warn("held for dead by other nodes self={}", self);
      setup.core().tell(new HeldForDead());
    }
    return this;
  }

  private void onDead(Incarnation dead) {
    boolean accused =
        evidence.proved().contains(dead)
            || evidence.votes().values().stream().anyMatch(theirs -> theirs.contains(dead));
    if (accused) {
      getContext().getLog().info("peer confirmed dead node={}", dead);
      downing.tell(new Downing.Confirmed(dead, lowestLive()));
    } else {
      removeIfGone(dead);
      StillMember late = new StillMember(dead);
      timers.startSingleTimer(late, late, DEPARTURE_LIMIT);
    }
    OfflineCause cause = accused ? OfflineCause.CONFIRMED_DEAD : OfflineCause.DEPARTED;
    setup.core().tell(new PeerOffline(dead, cause));
  }

  /**
   * Pekko removes a member that is down only when it is unreachable as well. One that has said
   * goodbye is gone, though its next life may answer in its place.
   */
  private void removeIfGone(Incarnation who) {
    if (peers.isDown(who) && evidence.dead().contains(who)) {
      downing.tell(new Downing.Confirmed(who, lowestLive()));
    }
  }

  /**
   * It said goodbye and takes no more part, so that downing it does no harm: perhaps it died while
   * it left.
   */
  private Behavior<Command> onStillMember(StillMember late) {
    if (peers.isMember(late.departed())) {
      getContext().getLog().info("departed but still a member node={}", late.departed());
      downing.tell(new Downing.Confirmed(late.departed(), lowestLive()));
    }
    return this;
  }

  private Behavior<Command> onHoldingNothing(HoldingNothing message) {
    downing.tell(new Downing.HoldingNothing(message.members()));
    return this;
  }

  private void tellVotes(Evidence.TellVotes votes) {
    trackers.values().forEach(tracker -> tellVotes(tracker, votes));
  }

  private static void tellVotes(ActorRef<NodeTracker.Command> tracker, Evidence.TellVotes votes) {
    tracker.tell(new NodeTracker.SendVotes(new Votes(votes.proved(), votes.dead())));
  }

  private NodeId lowestLive() {
    return peers.members().stream()
        .filter(member -> !evidence.dead().contains(member))
        .map(Incarnation::node)
        .findFirst()
        .orElseThrow();
  }

  // trackers: one for each pair in which somebody votes

  /**
   * A voter that the membership has removed is tracked on: only its lines can prove its death, as
   * when its next life answers, and without proof no voter is changed and nobody admitted any more.
   */
  private void updateTrackers() {
    Map<Incarnation, Introduction> wanted = new TreeMap<>();
    peers.tracked(evidence.voters()).forEach(peer -> wanted.put(peer.node(), peer));
    Map<Incarnation, ActorRef<NodeTracker.Command>> unwanted = new TreeMap<>(trackers);
    unwanted.keySet().removeAll(wanted.keySet());
    Map<Incarnation, ActorRef<NodeTracker.Command>> missing = new TreeMap<>(unwanted);
    missing.keySet().removeIf(who -> !isMissing(who));
    missing.values().forEach(tracker -> tracker.tell(NodeTracker.Removed.INSTANCE));
    unwanted.keySet().removeAll(missing.keySet());
    unwanted.values().forEach(getContext()::stop);
    trackers.keySet().removeAll(unwanted.keySet());
    wanted.forEach((who, peer) -> trackers.computeIfAbsent(who, key -> spawnTracker(peer)));
  }

  /** Tells whether it is a voter that is no member, and of whose death nothing is known. */
  private boolean isMissing(Incarnation who) {
    return !peers.isMember(who)
        && evidence.voters().contains(who)
        && !evidence.dead().contains(who);
  }

  private ActorRef<NodeTracker.Command> spawnTracker(Introduction peer) {
    Incarnation who = peer.node();
    return getContext()
        .spawnAnonymous(
            NodeTracker.create(
                new NodeTracker.Peering(self, who, peer.beacon()),
                setup.settings(),
                setup.beacon(),
                getContext().getSelf()));
  }

  // watchers

  private Behavior<Command> onWatchMembers(WatchMembers watch) {
    getContext().watchWith(watch.watcher(), new WatcherEnded(watch.watcher()));
    watchers.add(watch.watcher());
    watch.watcher().tell(members);
    return this;
  }

  private Behavior<Command> onDescribe(Describe describe) {
    Voters voters = evidence.voters();
    describe
        .replyTo()
        .tell(
            new Described(
                peers.members().stream()
                    .filter(who -> peers.isIn(who) && !evidence.dead().contains(who))
                    .map(
                        who ->
                            new PeerDescription(
                                who,
                                peers.reachable(who).map(Introduction::beacon),
                                voters.contains(self) || voters.contains(who),
                                Optional.ofNullable(trackers.get(who))))
                    .toList()));
    return this;
  }

  private Behavior<Command> onWatcherEnded(WatcherEnded ended) {
    watchers.remove(ended.watcher());
    return this;
  }

  private void tellMembers() {
    Members now = peers.list(evidence.dead());
    if (!now.equals(members)) {
      members = now;
      watchers.forEach(watcher -> watcher.tell(now));
    }
  }

  private Behavior<Command> onTick(Tick tick) {
    if (members.pending().isEmpty()) {
      timers.cancel(Tick.INTRODUCE);
    } else {
      members.pending().forEach(this::introduceTo);
    }
    return this;
  }
}
