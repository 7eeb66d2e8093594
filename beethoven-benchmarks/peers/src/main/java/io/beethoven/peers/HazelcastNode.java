package io.beethoven.peers;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.config.SplitBrainProtectionListenerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import io.beethoven.benchmarks.compare.ActLines;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A member of a Hazelcast cluster, open source edition. The role runs at the oldest member, which
 * each member knows by its list of members: the next one takes over without asking anybody. (The
 * fenced lock of the CP subsystem is not in that edition since 5.5; a lock on a map's key takes
 * longer, for its partition has to be promoted first.)
 */
public final class HazelcastNode implements LifecycleListener, MembershipListener {

  private final Instance role;
  private boolean oldest;
  private boolean allowed = true;

  private HazelcastNode(Instance role) {
    this.role = role;
  }

  /**
   * Runs the member.
   *
   * @param args see {@link Seat}
   * @throws Exception if it cannot start
   */
  public static void main(String[] args) throws Exception {
    Seat seat = NodeStart.seat(args);
    HazelcastNode node = new HazelcastNode(new Instance(seat.name()));
    HazelcastInstance member = Hazelcast.newHazelcastInstance(node.config(seat));
    NodeStart.onTerm(member::shutdown);
    node.look(member.getCluster().getMembers());
    new CountDownLatch(1).await();
  }

  private Config config(Seat seat) {
    Config config = new Config().setClusterName("compare");
    config.getNetworkConfig().setPort(seat.port()).setPortAutoIncrement(false);
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true).setMembers(seat.hosts());
    config.setProperty("hazelcast.local.localAddress", seat.host());
    // Else it listens at all addresses, its neighbours' among them.
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    // It would call home.
    config.setProperty("hazelcast.phone.home.enabled", "false");
    // The manual wants an explicit shutdown ("System Properties", hazelcast.shutdownhook.policy).
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.addListenerConfig(new ListenerConfig(this));
    if (seat.isExpert()) {
      tune(config, seat);
    }
    return config;
  }

  /** "System properties" of the manual, and its chapter "Split-brain protection". */
  private void tune(Config config, Seat seat) {
    // Silence of 3 s is a failure, not one of 60 s.
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "3");
    // A closed connection is, at once, not after the fourth error, 100 ms apart.
    config.setProperty("hazelcast.connection.monitor.interval", "10");
    config.setProperty("hazelcast.connection.monitor.max.faults", "0");
    // Parts find each other within seconds, not minutes.
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "5");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
    config.addSplitBrainProtectionConfig(
        new SplitBrainProtectionConfig("majority", true, seat.majority())
            .addListenerConfig(
                new SplitBrainProtectionListenerConfig(event -> allow(event.isPresent()))));
  }

  private synchronized void look(Set<Member> members) {
    ActLines.members(members.size());
    oldest = members.iterator().next().localMember();
    startOrStop();
  }

  private synchronized void allow(boolean value) {
    allowed = value;
    startOrStop();
  }

  private void startOrStop() {
    if (oldest && allowed) {
      role.start();
    } else {
      role.stop();
    }
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    look(event.getMembers());
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    look(event.getMembers());
  }

  /** A member that merges becomes the youngest of the others' cluster. */
  @Override
  public void stateChanged(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING, SHUTTING_DOWN -> allow(false);
      case MERGED, MERGE_FAILED -> allow(true);
      default -> {
        // Nothing that concerns the role.
      }
    }
  }
}
