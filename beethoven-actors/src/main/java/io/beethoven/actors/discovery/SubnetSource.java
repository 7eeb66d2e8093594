package io.beethoven.actors.discovery;

import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Subnet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** All hosts of a subnet, at one port. */
public final class SubnetSource implements CandidateSource {

  private final Subnet subnet;
  private final int port;
  private final Candidates candidates;

  /**
   * Creates a source.
   *
   * @param subnet whose hosts
   * @param port at which their beacons listen, 1 to 65535
   */
  public SubnetSource(Subnet subnet, int port) {
    this.subnet = subnet;
    this.port = port;
    this.candidates = Candidates.of(subnet, port);
  }

  @Override
  public String describe() {
    return "subnet " + subnet + " port " + port;
  }

  @Override
  public CompletionStage<Candidates> candidates() {
    return CompletableFuture.completedStage(candidates);
  }
}
