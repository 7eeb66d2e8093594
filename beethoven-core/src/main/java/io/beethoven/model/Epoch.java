package io.beethoven.model;

import org.jspecify.annotations.Nullable;

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

  // As records do by themselves, but these are compared all the time, from cold code as well.
  @Override
  public boolean equals(@Nullable Object object) {
    return this == object
        || (object instanceof Epoch other
            && counter == other.counter
            && allocatorUid == other.allocatorUid);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(counter) + Long.hashCode(allocatorUid);
  }

  @Override
  public int compareTo(Epoch other) {
    int byCounter = Long.compare(counter, other.counter);
    return byCounter != 0 ? byCounter : Long.compareUnsigned(allocatorUid, other.allocatorUid);
  }

  /** Returns {@code counter@uid}, the uid in hexadecimal. */
  @Override
  public String toString() {
    return counter + "@" + Long.toHexString(allocatorUid);
  }
}
