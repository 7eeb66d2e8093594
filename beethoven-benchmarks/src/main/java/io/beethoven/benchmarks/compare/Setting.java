package io.beethoven.benchmarks.compare;

import java.util.Locale;

/** How a library is set up. */
public enum Setting {
  /** Out of the box, with no more than it needs to form a cluster on loopback. */
  DEFAULT,
  /** For a fast failover, as far as the library's manual allows. */
  EXPERT;

  /** Returns its name on a command line and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
