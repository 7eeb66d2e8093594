package io.beethoven.cli.demo;

import java.util.Map;
import java.util.TreeMap;

/**
 * One step of the demo.
 *
 * @param kind its name for programs
 * @param words what happens, for people
 * @param fields what programs want to know of it, sorted by name
 */
record DemoStep(Kind kind, String words, Map<String, String> fields) {

  /** The steps, in their order. */
  enum Kind {
    /** A process was started. */
    STARTING,
    /** All nodes list all nodes, and all roles run. */
    FORMED,
    /** A process was killed. */
    KILLED,
    /** Its role runs elsewhere. */
    FAILED_OVER,
    /** The killed node was started again. */
    RESTARTING,
    /** It is back. */
    BACK,
    /** The nodes leave. */
    ENDING
  }

  DemoStep {
    fields = new TreeMap<>(fields);
  }
}
