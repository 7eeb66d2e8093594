package io.beethoven.evidence;

/** What came of dialling a peer whose life-line broke. */
public enum RedialResult {
  /** The kernel there refused: nobody listens. */
  REFUSED,
  /** The peer answered with an authenticated hello: it lives. */
  SAME_LIFE,
  /** An authenticated hello of the same cluster and address came, with another uid. */
  OTHER_LIFE,
  /** Connected, but no hello to go by: frozen, dying, or somebody else. */
  MUTE,
  /** Neither an answer nor a refusal: a cut, or the attempt failed on this side. */
  SILENT
}
