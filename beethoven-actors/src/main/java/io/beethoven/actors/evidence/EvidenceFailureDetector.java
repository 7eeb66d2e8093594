package io.beethoven.actors.evidence;

import com.typesafe.config.Config;
import io.beethoven.model.NodeId;
import java.util.Optional;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.remote.PhiAccrualFailureDetector;

/**
 * Pekko's phi accrual detector, but for nodes that are confirmed dead it answers "not available" at
 * once (rule 7): Pekko removes a member that is down only when it is unreachable as well.
 *
 * <p>Named by {@code pekko.cluster.failure-detector.implementation-class} and created by Pekko, one
 * for each address that this node monitors. Before the first heartbeat Pekko tells it the address.
 */
public final class EvidenceFailureDetector extends PhiAccrualFailureDetector {

  private final DeadRegistry registry;
  private volatile Optional<NodeId> node = Optional.empty();

  /**
   * Called by Pekko.
   *
   * @param config the section {@code pekko.cluster.failure-detector}
   * @param eventStream the actor system's
   */
  public EvidenceFailureDetector(Config config, EventStream eventStream) {
    super(config, eventStream);
    this.registry = DeadRegistry.of(eventStream);
  }

  @Override
  public void setAddress(String address) {
    super.setAddress(address);
    Address parsed = AddressFromURIString.parse(address);
    node =
        parsed.hasGlobalScope()
            ? Optional.of(
                new NodeId(parsed.getHost().orElseThrow(), parsed.getPort().orElseThrow()))
            : Optional.empty();
  }

  @Override
  public boolean isAvailable() {
    return node.filter(registry::isFlagged).isEmpty() && super.isAvailable();
  }
}
