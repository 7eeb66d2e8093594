package io.beethoven.diagnosis;

import io.beethoven.discovery.BeaconMessage.Disclosure;
import io.beethoven.discovery.Endpoint;
import java.time.Duration;
import java.util.Objects;

/**
 * What an address did when it was asked for a beacon.
 *
 * @param at the address
 * @param cluster the name of the cluster that it was asked about
 * @param answer what came of it
 */
public record AddressFacts(Endpoint at, String cluster, Answer answer) {

  /** What came of asking an address. */
  public sealed interface Answer {}

  /**
   * A node of the cluster.
   *
   * @param node what it says of itself
   * @param skew how far its clock is ahead of this machine's; negative where it is behind
   * @param error by how much the skew may be wrong, since the answer took its time
   */
  public record Node(Disclosure node, Duration skew, Duration error) implements Answer {}

  /**
   * A node of another cluster.
   *
   * @param name the other cluster's name
   */
  public record OtherCluster(String name) implements Answer {}

  /**
   * A node that speaks another version of the protocol.
   *
   * @param version which
   */
  public record OtherVersion(String version) implements Answer {}

  /** A beacon that has no room. */
  public record Crowded() implements Answer {}

  /** Accepted the connection and said nothing in time. */
  public record Mute() implements Answer {}

  /** Said something that is not the beacon's protocol, or closed the connection. */
  public record NoBeacon() implements Answer {}

  /** The kernel there refused the connection. */
  public record Refused() implements Answer {}

  /** No answer to the attempt to connect. */
  public record Silent() implements Answer {}

  /**
   * Could not be dialled.
   *
   * @param reason why, for people
   */
  public record Failed(String reason) implements Answer {}

  /** Creates a address. */
  public AddressFacts {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(answer, "answer");
  }
}
