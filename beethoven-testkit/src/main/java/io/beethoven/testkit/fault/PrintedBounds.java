package io.beethoven.testkit.fault;

import io.beethoven.testkit.witness.Cause;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bounds as a node prints them at its start. */
final class PrintedBounds {

  private static final Pattern LINE =
      Pattern.compile("bounds crash=(\\S+) freeze=(\\S+) cut=(\\S+) planned-stop=(\\S+)");
  private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s)");

  private final Map<Cause, Duration> bounds = new EnumMap<>(Cause.class);

  private PrintedBounds(Matcher line) {
    bounds.put(Cause.CRASH, time(line.group(1)));
    bounds.put(Cause.FREEZE, time(line.group(2)));
    bounds.put(Cause.CUT, time(line.group(3)));
    bounds.put(Cause.PLANNED_STOP, time(line.group(4)));
  }

  /**
   * Finds them in a log.
   *
   * @param log any text
   * @return the first that it has
   */
  static Optional<PrintedBounds> find(String log) {
    Matcher line = LINE.matcher(log);
    return line.find() ? Optional.of(new PrintedBounds(line)) : Optional.empty();
  }

  private static Duration time(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new IllegalArgumentException("a bound must be in ms or s, was \"" + text + "\"");
    }
    int digits = time.group(2).equals("s") ? 9 : 6;
    return Duration.ofNanos(new BigDecimal(time.group(1)).movePointRight(digits).longValueExact());
  }

  /** Returns the bound of a cause that has one. */
  Optional<Duration> of(Cause cause) {
    return Optional.ofNullable(bounds.get(cause));
  }
}
