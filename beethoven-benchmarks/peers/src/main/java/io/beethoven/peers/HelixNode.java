package io.beethoven.peers;

import io.beethoven.benchmarks.compare.ActLines;
import java.util.concurrent.CountDownLatch;
import org.apache.helix.HelixManager;
import org.apache.helix.HelixManagerFactory;
import org.apache.helix.InstanceType;
import org.apache.helix.NotificationContext;
import org.apache.helix.api.listeners.LiveInstanceChangeListener;
import org.apache.helix.model.Message;
import org.apache.helix.participant.statemachine.StateModel;
import org.apache.helix.participant.statemachine.StateModelFactory;
import org.apache.helix.participant.statemachine.StateModelInfo;
import org.apache.helix.participant.statemachine.Transition;

/**
 * A participant of a Helix cluster. The role is a resource of one partition with one replica: it
 * runs where that is online (manual, "Participant" and "Rebalancing Algorithms", FULL_AUTO).
 */
public final class HelixNode {

  private HelixNode() {}

  /**
   * Runs the participant.
   *
   * @param args see {@link Seat}
   * @throws Exception if it cannot start
   */
  public static void main(String[] args) throws Exception {
    Seat seat = NodeStart.seat(args);
    HelixServer.tune(seat);
    Instance role = new Instance(seat.name());
    HelixManager manager =
        HelixManagerFactory.getZKHelixManager(
            HelixServer.CLUSTER,
            HelixServer.instance(seat.host(), seat.port()),
            InstanceType.PARTICIPANT,
            HelixServer.address(seat));
    manager
        .getStateMachineEngine()
        .registerStateModelFactory(HelixServer.STATE_MODEL, new OnlineFactory(role));
    manager.connect();
    LiveInstanceChangeListener listener = (live, context) -> ActLines.members(live.size());
    manager.addLiveInstanceChangeListener(listener);
    NodeStart.onTerm(
        () -> {
          role.stop();
          manager.disconnect();
        });
    new CountDownLatch(1).await();
  }

  private static final class OnlineFactory extends StateModelFactory<StateModel> {

    private final Instance role;

    OnlineFactory(Instance role) {
      this.role = role;
    }

    @Override
    public StateModel createNewStateModel(String resource, String partition) {
      return new Online(role);
    }
  }

  /** What the controller tells this participant. Helix calls the transitions by reflection. */
  @StateModelInfo(
      initialState = "OFFLINE",
      states = {"ONLINE", "OFFLINE"})
  public static final class Online extends StateModel {

    private final Instance role;

    Online(Instance role) {
      this.role = role;
    }

    /**
     * Starts the role.
     *
     * @param message not looked at
     * @param context not looked at
     */
    @Transition(from = "OFFLINE", to = "ONLINE")
    public void onBecomeOnlineFromOffline(Message message, NotificationContext context) {
      role.start();
    }

    /**
     * Stops the role.
     *
     * @param message not looked at
     * @param context not looked at
     */
    @Transition(from = "ONLINE", to = "OFFLINE")
    public void onBecomeOfflineFromOnline(Message message, NotificationContext context) {
      role.stop();
    }

    /**
     * Nothing is left to drop.
     *
     * @param message not looked at
     * @param context not looked at
     */
    @Transition(from = "OFFLINE", to = "DROPPED")
    public void onBecomeDroppedFromOffline(Message message, NotificationContext context) {
      role.stop();
    }

    /** The session with ZooKeeper is over. */
    @Override
    public void reset() {
      role.stop();
    }
  }
}
