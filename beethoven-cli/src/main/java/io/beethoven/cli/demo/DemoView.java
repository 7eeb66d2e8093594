package io.beethoven.cli.demo;

import io.beethoven.testkit.NodeEvent;

/** How the demo is shown. Called by one thread at a time. */
interface DemoView extends AutoCloseable {

  /**
   * The demo goes on.
   *
   * @param step what it does now
   */
  void onStep(DemoStep step);

  /**
   * A node told something.
   *
   * @param node which
   * @param event what
   */
  void onEvent(String node, NodeEvent event);

  /**
   * The demo is over.
   *
   * @param summary what came of it
   */
  void onSummary(DemoSummary summary);

  /** Leaves the terminal as it was. */
  @Override
  void close();
}
