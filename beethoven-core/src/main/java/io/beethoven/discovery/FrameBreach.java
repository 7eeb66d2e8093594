package io.beethoven.discovery;

/** Bytes that are no valid frame. Does not leave the codec: readers see {@code Malformed}. */
final class FrameBreach extends Exception {

  private static final long serialVersionUID = 1L;

  FrameBreach(String reason) {
    super(reason, null, false, false);
  }
}
