package io.beethoven.evidence;

/** How a line ended. */
public enum LineEnd {
  /** The peer's kernel closed its end: FIN. */
  FIN,
  /** Reset, keepalive failure, or any other I/O error. */
  BROKEN,
  /** Closed by this side. */
  CLOSED_HERE
}
