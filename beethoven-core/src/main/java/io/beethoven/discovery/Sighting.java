package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.Hello;
import io.beethoven.model.Incarnation;
import java.util.Objects;

/**
 * A member of another cluster of the same name, as it was met.
 *
 * @param member who
 * @param beacon where its beacon listens
 * @param standing how its cluster stands, by its own words
 */
public record Sighting(Incarnation member, Endpoint beacon, Standing standing) {

  /** Creates a sighting. */
  public Sighting {
    Objects.requireNonNull(member, "member");
    Objects.requireNonNull(beacon, "beacon");
    Objects.requireNonNull(standing, "standing");
  }

  /**
   * Returns what a hello shows of its sender.
   *
   * @param hello the hello
   * @return the sighting
   */
  public static Sighting of(Hello hello) {
    return new Sighting(hello.node(), hello.beacon(), hello.standing());
  }
}
