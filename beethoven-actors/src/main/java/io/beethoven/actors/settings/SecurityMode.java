package io.beethoven.actors.settings;

/** How the node protects itself. The key {@code beethoven.security.mode}. */
public enum SecurityMode {
  /** Not at all, and so it listens at loopback addresses only. */
  LOOPBACK_ONLY,
  /** Not at all, at any address; somebody decided so. */
  NONE
}
