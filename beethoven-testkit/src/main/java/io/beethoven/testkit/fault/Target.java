package io.beethoven.testkit.fault;

/** Which node a fault hits. */
public enum Target {
  /** The one that hosts the role with one instance. */
  HOST,
  /** The allocator's. */
  ALLOCATOR,
  /** One that is not the allocator's. */
  OTHER
}
