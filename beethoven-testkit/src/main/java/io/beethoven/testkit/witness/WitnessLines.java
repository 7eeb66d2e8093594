package io.beethoven.testkit.witness;

import io.beethoven.testkit.witness.WitnessEvent.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * The text form of the events of one process: fields with a space between them, one event per line.
 *
 * <pre>
 * START instance before after-before granted token slot role node
 * TICK  instance before after-before granted token|-
 * </pre>
 *
 * A tick is short since there are hundreds a second: it says its token only where that has changed.
 * Writer and reader each keep one of these per file. Not for several threads.
 */
final class WitnessLines {

  private static final String SAME = "-";

  /** What the lines of an instance have in common, as of its last line. */
  private record Known(String node, String role, int slot, String token) {}

  private final String process;
  private final Map<Integer, Known> known = new HashMap<>();

  /**
   * Creates the form of a file.
   *
   * @param process the file's name
   */
  WitnessLines(String process) {
    this.process = process;
  }

  /** Appends an event's line. The first one of an instance has to be its start. */
  void write(WitnessEvent event, StringBuilder to) {
    Known before = known.get(event.instance());
    boolean same = before != null && before.token().equals(event.token());
    to.append(event.kind()).append(' ').append(event.instance());
    to.append(' ').append(event.before()).append(' ').append(event.after() - event.before());
    to.append(event.granted() ? " 1 " : " 0 ").append(same ? SAME : event.token());
    if (event.kind() == Kind.START) {
      to.append(' ').append(event.slot()).append(' ').append(event.role());
      to.append(' ').append(event.node());
    }
    to.append('\n');
    keep(event);
  }

  /**
   * Reads a line.
   *
   * @param line without its end
   * @return the event
   * @throws IllegalArgumentException if it is of another form, or of an instance whose start was
   *     not read
   */
  WitnessEvent read(String line) {
    String[] fields = line.split(" ", -1);
    try {
      Kind kind = Kind.valueOf(fields[0]);
      int instance = Integer.parseInt(fields[1]);
      long before = Long.parseLong(fields[2]);
      Known common = kind == Kind.START ? started(fields) : known.get(instance);
      if (common == null) {
        throw new IllegalArgumentException("no start of instance " + instance);
      }
      WitnessEvent event =
          new WitnessEvent(
              kind,
              process,
              instance,
              common.node(),
              common.role(),
              common.slot(),
              fields[5].equals(SAME) ? common.token() : fields[5],
              fields[4].equals("1"),
              before,
              before + Long.parseLong(fields[3]));
      keep(event);
      return event;
    } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "bad line \"" + line + "\" in " + process + ": " + e.getMessage(), e);
    }
  }

  /** Tells whether an instance has started and not ended. */
  boolean knows(int instance) {
    return known.containsKey(instance);
  }

  private static Known started(String[] fields) {
    return new Known(fields[8], fields[7], Integer.parseInt(fields[6]), fields[5]);
  }

  private void keep(WitnessEvent event) {
    if (event.kind() == Kind.STOP) {
      known.remove(event.instance());
    } else {
      known.put(
          event.instance(), new Known(event.node(), event.role(), event.slot(), event.token()));
    }
  }
}
