package io.beethoven.actors.settings;

/** How soon a cluster acts upon silence, against how quiet and how patient it is. */
public enum Profile {
  /** A frozen or cut off node is replaced after about 4 s. For machines and networks at hand. */
  FAST,
  /** After about 10 s; tolerates pauses of some seconds, with less traffic. */
  BALANCED,
  /** After about half a minute; tolerates long pauses, for loaded machines and poor networks. */
  SAFE
}
