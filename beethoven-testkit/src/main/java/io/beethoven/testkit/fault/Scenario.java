package io.beethoven.testkit.fault;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A fault, whom it hits, and how long it lasts. Its text form is a line such as {@code fault=freeze
 * target=allocator hold=2500ms seed=17}.
 *
 * @param fault what
 * @param target whom
 * @param hold how long it lasts, or until its second half
 * @param seed draws what else is left open: which of the other nodes, how many times
 */
public record Scenario(Fault fault, Target target, Duration hold, long seed) {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  /**
   * Creates a scenario.
   *
   * @throws IllegalArgumentException if it lasts less than no time or more than ten minutes
   */
  public Scenario {
    Objects.requireNonNull(fault, "fault");
    Objects.requireNonNull(target, "target");
    if (hold.isNegative() || hold.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "hold must be between 0 and " + LONGEST.toMillis() + " ms, was " + hold.toMillis());
    }
  }

  /** Returns the line. */
  public String text() {
    return "fault=%s target=%s hold=%dms seed=%d"
        .formatted(fault.text(), target.name().toLowerCase(Locale.ROOT), hold.toMillis(), seed);
  }

  /**
   * Parses a line.
   *
   * @param line as {@link #text} gives it; the fields in any order
   * @return the scenario
   * @throws IllegalArgumentException if it is of another form; names the line
   */
  public static Scenario parse(String line) {
    try {
      Map<String, String> fields = new TreeMap<>();
      for (String field : line.trim().split("\\s+", -1)) {
        String[] parts = field.split("=", 2);
        fields.put(parts[0], parts[1]);
      }
      Scenario scenario =
          new Scenario(
              Fault.parse(take(fields, "fault")),
              Target.valueOf(take(fields, "target").toUpperCase(Locale.ROOT)),
              Duration.ofMillis(Long.parseLong(take(fields, "hold").replaceFirst("ms$", ""))),
              Long.parseLong(take(fields, "seed")));
      if (!fields.isEmpty()) {
        throw new IllegalArgumentException("unknown fields " + fields.keySet());
      }
      return scenario;
    } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "scenario must be \"fault=... target=... hold=...ms seed=...\", was \""
              + line
              + "\": "
              + e.getMessage(),
          e);
    }
  }

  private static String take(Map<String, String> fields, String name) {
    String value = fields.remove(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }
}
