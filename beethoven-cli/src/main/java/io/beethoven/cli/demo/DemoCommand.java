package io.beethoven.cli.demo;

import io.beethoven.cli.Failures;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code beethoven demo}. */
@Command(
    name = "demo",
    description = {
      "Start three nodes on this machine, kill one, and show how its role goes on elsewhere.",
      "The nodes are processes on 127.0.0.1 to 127.0.0.3; none is left behind."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

  /** For people to look, and for the nodes' connections to stand before one is killed. */
  private static final Duration LIVE_PAUSE = Duration.ofMillis(2500);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object per event and, last, a summary.")
  private boolean json;

  @Option(names = "--plain", description = "Print lines, on a terminal too.")
  private boolean plain;

  /** Creates the command. */
  public DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    boolean live = !json && !plain && isTerminal();
    try (DemoView view = view(live)) {
      // Ctrl-C: the processes are killed by hooks of their own; this sets the terminal right.
      Thread restore = new Thread(view::close, "restore-terminal");
      Runtime.getRuntime().addShutdownHook(restore);
      return play(new Demo(view, live ? LIVE_PAUSE : PAUSE));
    }
  }

  private int play(Demo demo) throws InterruptedException {
    try {
      demo.play();
      return 0;
    } catch (DemoException | IOException | TimeoutException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("beethoven demo: " + Failures.describe(e));
      err.flush();
      return 1;
    }
  }

  private DemoView view(boolean live) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      return new JsonView(out);
    }
    return live ? new LiveView(out, System.getenv("NO_COLOR") == null) : new PlainView(out);
  }

  @SuppressWarnings("SystemConsoleNull") // both are asked
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      // From Java 22 on there is a console even where there is no terminal.
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
