package io.beethoven.membership;

import io.beethoven.model.ClusterEvent;
import io.beethoven.model.ClusterEvent.NodeOffline;
import io.beethoven.model.ClusterEvent.NodeOnline;
import io.beethoven.model.ClusterEvent.OfflineCause;
import io.beethoven.model.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened between two node tables. */
public final class NodeEvents {

  private NodeEvents() {}

  /**
   * Compares two tables. A node that came back between them as another life is reported offline,
   * then online.
   *
   * @param before the earlier table
   * @param after the later table
   * @return the events, sorted by address
   */
  public static List<ClusterEvent> between(NodeTable before, NodeTable after) {
    List<ClusterEvent> events = new ArrayList<>();
    for (NodeRow row : after.changedSince(before)) {
      addEvents(before.rows().get(row.incarnation().node()), row, events);
    }
    return List.copyOf(events);
  }

  private static void addEvents(@Nullable NodeRow was, NodeRow is, List<ClusterEvent> events) {
    boolean wasOnline = was != null && was.status() == NodeStatus.ONLINE;
    boolean isOnline = is.status() == NodeStatus.ONLINE;
    boolean anotherLife = was == null || !was.incarnation().equals(is.incarnation());
    if (wasOnline && (!isOnline || anotherLife)) {
      OfflineCause cause = is.offline().orElse(OfflineCause.REMOVED);
      events.add(new NodeOffline(is.incarnation().node(), cause, is.lastChange()));
    }
    if (isOnline && (anotherLife || !wasOnline)) {
      events.add(new NodeOnline(is.incarnation().node(), is.lastChange()));
    }
  }
}
