package io.beethoven.testkit.fault;

import io.beethoven.testkit.witness.Expectation;

/**
 * A role of a {@link WitnessedNode}, which does nothing but be watched.
 *
 * @param name the role's name
 * @param count how many instances
 * @param startFirst whether it moves with {@code hand-over = start-first}
 * @param stubborn whether it can be made to hang in its start and stop
 */
public record WitnessedRole(String name, int count, boolean startFirst, boolean stubborn) {

  /**
   * Returns a role that moves stop-first.
   *
   * @param name its name
   * @param count how many instances
   * @return the role
   */
  public static WitnessedRole of(String name, int count) {
    return new WitnessedRole(name, count, false, false);
  }

  /** Returns what the witness is told of it. */
  Expectation expectation() {
    return Expectation.of(name, count, startFirst);
  }

  /** Returns the form for a command line. */
  String text() {
    return name + "=" + count + (startFirst ? ":start-first" : "") + (stubborn ? ":stubborn" : "");
  }

  /** Parses the form for a command line. */
  static WitnessedRole parse(String text) {
    String[] parts = text.split(":", -1);
    int equals = parts[0].indexOf('=');
    String more = text.substring(parts[0].length());
    if (equals < 1) {
      throw new IllegalArgumentException("role must be NAME=COUNT[:...], was \"" + text + "\"");
    }
    return new WitnessedRole(
        parts[0].substring(0, equals),
        Integer.parseInt(parts[0].substring(equals + 1)),
        more.contains(":start-first"),
        more.contains(":stubborn"));
  }
}
