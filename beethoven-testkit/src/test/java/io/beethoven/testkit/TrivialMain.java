package io.beethoven.testkit;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process that prints event lines and is no node. */
public final class TrivialMain {

  private TrivialMain() {}

  /**
   * Says {@code started}, ticks until it is ended, and says {@code ended}.
   *
   * @param args {@code fail} to end at once with an error, {@code nested} to start a process of its
   *     own and tell its id
   */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("fail")) {
      System.err.println("the piano is out of tune");
      System.exit(3);
    }
    ParentWatch.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> EventLines.standard().onNode(EventLines.ENDED, Map.of("how", "well"))));
    System.out.println("no event");
    if (args.length > 0 && args[0].equals("nested")) {
      NodeProcess child =
          NodeProcess.at("127.0.0.1").mainClass(TrivialMain.class.getName()).start();
      EventLines.standard().onNode("child", Map.of("pid", Long.toString(child.pid())));
    }
    EventLines.standard()
        .onNode(EventLines.STARTED, Map.of("host", System.getProperty("beethoven.node.host")));
    new CountDownLatch(1).await();
  }
}
