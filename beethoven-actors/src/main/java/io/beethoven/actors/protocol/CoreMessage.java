package io.beethoven.actors.protocol;

import io.beethoven.actors.membership.CoreServer;
import io.beethoven.membership.NodeRow;
import io.beethoven.model.Incarnation;
import io.beethoven.model.RoleTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** What a {@link CoreServer} accepts from other nodes; {@link IslandMessage}s it hands on. */
public sealed interface CoreMessage extends CoreServer.Command, WireMessage
    permits CoreMessage.Introduce,
        CoreMessage.RowsChanged,
        CoreMessage.CompareRows,
        CoreMessage.AddressRefused,
        CoreMessage.TablePublished,
        IslandMessage {

  /**
   * A member of the cluster says how its actors are reached.
   *
   * @param introduction who it is
   * @param answer whether it wants to know the same of the receiver
   */
  record Introduce(Introduction introduction, boolean answer) implements CoreMessage {}

  /**
   * Rows of the sender's node table: those that changed, or all.
   *
   * @param rows the rows
   */
  record RowsChanged(List<NodeRow> rows) implements CoreMessage {

    /** So many rows in a message: some 200 bytes each, and remoting takes 256 KiB at most. */
    static final int MAX_ROWS = 500;

    /** Copies the rows. */
    public RowsChanged {
      rows = List.copyOf(rows);
    }

    /**
     * Returns as many messages as rows need.
     *
     * @param rows any number of rows
     * @return messages that tell them all, in their order; none if there are none
     */
    public static List<RowsChanged> of(Collection<NodeRow> rows) {
      List<NodeRow> all = List.copyOf(rows);
      List<RowsChanged> messages = new ArrayList<>();
      for (int from = 0; from < all.size(); from += MAX_ROWS) {
        messages.add(new RowsChanged(all.subList(from, Math.min(all.size(), from + MAX_ROWS))));
      }
      return messages;
    }
  }

  /**
   * Asks for all rows if the receiver's node table differs.
   *
   * @param digest the digest of the sender's table
   * @param replyTo where to send the rows
   */
  record CompareRows(long digest, ActorRef<CoreMessage> replyTo) implements CoreMessage {}

  /**
   * The allocator publishes what runs where. Older tables than the one held are dropped.
   *
   * @param table the whole table
   */
  record TablePublished(RoleTable table) implements CoreMessage {}

  /**
   * A node has refused another life at an address that a member holds.
   *
   * @param holder the member
   * @param holderText the same with its beacon, for people
   * @param claimant the other life
   * @param claimantText the same with its beacon and whence it called, for people
   */
  record AddressRefused(
      Incarnation holder, String holderText, Incarnation claimant, String claimantText)
      implements CoreMessage {}
}
