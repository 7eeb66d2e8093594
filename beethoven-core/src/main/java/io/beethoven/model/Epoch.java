package io.beethoven.model;

import java.util.Comparator;

/**
 * One allocator's reign. Orders of a lower epoch are refused by whoever has promised a higher one.
 *
 * @param counter rises with each reign, 0 or more
 * @param allocatorUid uid of the allocator's node; decides between equal counters, as an unsigned
 *     number
 */
public record Epoch(long counter, long allocatorUid) implements Comparable<Epoch> {

  /** Lower than the epoch of every allocator. */
  public static final Epoch NONE = new Epoch(0, 0);

  private static final Comparator<Epoch> ORDER =
      Comparator.comparingLong(Epoch::counter)
          .thenComparing(Epoch::allocatorUid, Long::compareUnsigned);

  /**
   * Creates an epoch.
   *
   * @throws IllegalArgumentException if the counter is negative
   */
  public Epoch {
    if (counter < 0) {
      throw new IllegalArgumentException("epoch counter must be >= 0, was " + counter);
    }
  }

  @Override
  public int compareTo(Epoch other) {
    return ORDER.compare(this, other);
  }

  /** Returns {@code counter@uid}, the uid in hexadecimal. */
  @Override
  public String toString() {
    return counter + "@" + Long.toHexString(allocatorUid);
  }
}
