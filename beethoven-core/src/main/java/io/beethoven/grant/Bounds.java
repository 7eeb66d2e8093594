package io.beethoven.grant;

import java.time.Duration;

/**
 * How long a role runs on one instance fewer than it should, at worst, after each kind of event;
 * from the moment of the event until another instance is ordered to start. How long an instance
 * takes to become ready comes on top and is the role's own.
 *
 * <p>They hold while a quorum of the voters lives, a free node is there, nodes have the same times,
 * and no packet is lost: one that is costs a repetition.
 *
 * @param crash a process dies: from the moment at which the kernel closed its sockets, which takes
 *     it some milliseconds per 100 MB of its memory
 * @param freeze a process stands still while its machine goes on
 * @param cut a machine is lost, or the network to it
 * @param plannedStop a node leaves, or a role is moved, stop-first
 */
public record Bounds(Duration crash, Duration freeze, Duration cut, Duration plannedStop) {

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MILLIS_PER_TEN = 10;
  private static final long MILLIS_PER_SECOND = 1_000;

  /**
   * The longest time that a role may take to stop.
   *
   * @param any of all roles; zero if there is none
   * @param unfenced of the roles that declare themselves unfenced; zero if there is none
   */
  public record StopDeadlines(Duration any, Duration unfenced) {}

  /**
   * Computes the bounds.
   *
   * @param timing the times of the protocol
   * @param roundTrip how long a message and its answer take on the loaded network
   * @param redialMax the greatest pause between two redials of a peer whose life-line broke
   * @param stop how long roles may take to stop
   * @return the bounds
   */
  public static Bounds of(
      Timing timing, Duration roundTrip, Duration redialMax, StopDeadlines stop) {
    // Redial until refused, vote, start; if the successor died too, its allocator waits for it,
    // asks
    // it in vain, and orders another node.
    Duration crash = redialMax.plus(times(roundTrip, 3));
    Duration withoutSuccessor = timing.successionWait().plus(times(roundTrip, 2));
    // Rule 4.3.
    Duration silence =
        timing
            .suspect()
            .plus(timing.contact())
            .plus(timing.leaseEnd())
            .plus(stop.unfenced())
            .plus(times(roundTrip, 3));
    // Withdraw the successor, revoke, grant, and the last acknowledgement.
    Duration planned = stop.any().plus(times(roundTrip, 4));
    return new Bounds(crash.plus(withoutSuccessor), silence, silence, planned);
  }

  private static Duration times(Duration roundTrip, int count) {
    return roundTrip.multipliedBy(count);
  }

  /** Returns the bounds on one line for the log. */
  public String text() {
    return "bounds crash=%s freeze=%s cut=%s planned-stop=%s"
        .formatted(text(crash), text(freeze), text(cut), text(plannedStop));
  }

  /** Rounds up: a bound that is shown holds. */
  private static String text(Duration duration) {
    long millis = ceil(duration.toNanos(), NANOS_PER_MILLI);
    if (millis < MILLIS_PER_SECOND) {
      return millis + "ms";
    }
    long hundredths = ceil(millis, MILLIS_PER_TEN);
    return "%d.%02ds".formatted(hundredths / 100, hundredths % 100);
  }

  private static long ceil(long value, long unit) {
    return (value + unit - 1) / unit;
  }
}
