package io.beethoven.testkit;

import java.io.IOException;

/** A process that is no node, for tests of what looks after processes. */
public final class TrivialNode {

  private TrivialNode() {}

  /** Starts one under an address. */
  public static NodeProcess start(String host) throws IOException {
    return NodeProcess.at(host).mainClass(TrivialMain.class.getName()).start();
  }
}
