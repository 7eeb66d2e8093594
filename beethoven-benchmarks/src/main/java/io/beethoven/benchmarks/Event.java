package io.beethoven.benchmarks;

import java.util.Locale;

/** What is done to the victims of a failover that is measured. */
public enum Event {
  /** SIGKILL. */
  KILL("kill -9"),
  /** SIGSTOP, and SIGCONT once the roles run elsewhere. */
  FREEZE("SIGSTOP"),
  /** SIGTERM: an orderly end. */
  STOP("SIGTERM");

  private final String signal;

  Event(String signal) {
    this.signal = signal;
  }

  /** Returns the signal as one would type it. */
  public String signal() {
    return signal;
  }

  /** Returns its name on a command line and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
