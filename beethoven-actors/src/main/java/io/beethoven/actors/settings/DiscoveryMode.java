package io.beethoven.actors.settings;

/** Who brings this node into a cluster. Written in lower case in the configuration. */
public enum DiscoveryMode {
  /** Itself: it looks for peers, and joins them or forms a cluster. */
  SEEK,
  /** Somebody else, who makes its actor system join a cluster; it looks for nobody. */
  NONE
}
