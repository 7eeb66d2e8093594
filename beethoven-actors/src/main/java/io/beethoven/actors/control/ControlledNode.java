package io.beethoven.actors.control;

import io.beethoven.actors.control.ControlHandler.Subscription;
import io.beethoven.diagnosis.NodeFacts;
import io.beethoven.model.ClusterEvent;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;

/** A node as its control endpoint sees it. No method blocks. */
public interface ControlledNode {

  /** Returns what the node knows at this moment. */
  CompletionStage<NodeReport> report();

  /**
   * Returns what only the node knows of its place in the cluster, for {@code beethoven doctor}.
   *
   * @return completed within the node's time to answer; names a bounded number of peers and says
   *     how many it left out
   */
  CompletionStage<NodeFacts> facts();

  /**
   * Changes how often a role shall run, for good.
   *
   * @param role which role
   * @param count how often
   * @return why it did not take effect; empty if it did
   */
  CompletionStage<Optional<String>> setCount(RoleName role, int count);

  /**
   * Declares the voters dead from which nothing is heard.
   *
   * @return which those are
   */
  CompletionStage<List<NodeId>> forceQuorum();

  /**
   * Begins the orderly leave.
   *
   * @return completed when it has begun, so that the answer can still be written
   */
  CompletionStage<Done> leave();

  /**
   * Subscribes to the node's events.
   *
   * @param listener told of each event; it never blocks
   * @return ends the subscription when closed
   */
  Subscription subscribe(Consumer<ClusterEvent> listener);
}
