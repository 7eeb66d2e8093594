package io.beethoven.actors.role;

import io.beethoven.grant.Moment;
import java.time.Instant;

/** The clocks that leases go by. May be read by any thread. */
@FunctionalInterface
public interface LeaseClock {

  /** Those of this machine. */
  LeaseClock SYSTEM =
      () -> new Moment(System.nanoTime(), Instant.ofEpochMilli(System.currentTimeMillis()));

  /** Returns this moment by both clocks. */
  Moment now();
}
