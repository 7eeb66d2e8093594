package io.beethoven.cli;

import io.beethoven.role.RoleContext;
import io.beethoven.role.RoleTask;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeOutput;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The role that the command ships: it tells that it runs, then prints a line per second. */
public final class Ticker implements RoleTask {

  /** The kind of the line that it prints each second. */
  public static final String TICK = "tick";

  private final NodeOutput output;

  /** Creates a ticker that prints JSON lines, for nodes that name the class. */
  public Ticker() {
    this(EventLines.standard());
  }

  Ticker(NodeOutput output) {
    this.output = Objects.requireNonNull(output, "output");
  }

  @Override
  public void run(RoleContext context) throws InterruptedException {
    output.onRole(EventLines.ROLE_RUNNING, context, Map.of());
    try {
      for (int tick = 1; !context.isStopping(); tick++) {
        TimeUnit.SECONDS.sleep(1);
        output.onRole(TICK, context, Map.of("tick", Integer.toString(tick)));
      }
    } finally {
      output.onRole(EventLines.ROLE_ENDED, context, Map.of());
    }
  }
}
