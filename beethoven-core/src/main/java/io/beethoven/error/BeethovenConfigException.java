package io.beethoven.error;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is wrong; all that is wrong with it is listed at once. */
public final class BeethovenConfigException extends BeethovenException {

  private static final long serialVersionUID = 1L;

  /** Lost if the exception is serialised; the message has it all. */
  private final transient List<ConfigProblem> problems;

  /**
   * Creates an exception.
   *
   * @param problems what is wrong, at least one thing
   */
  public BeethovenConfigException(List<ConfigProblem> problems) {
    super(
        problems.stream()
            .map(ConfigProblem::toString)
            .collect(
                Collectors.joining(
                    "\n  ",
                    problems.size() == 1
                        ? "the configuration has a problem:\n  "
                        : "the configuration has " + problems.size() + " problems:\n  ",
                    "")));
    this.problems = List.copyOf(problems);
  }

  /** Returns what is wrong, in the order of the message. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
