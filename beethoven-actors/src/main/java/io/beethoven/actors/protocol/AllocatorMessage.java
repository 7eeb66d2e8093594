package io.beethoven.actors.protocol;

import io.beethoven.actors.role.RoleAllocator;
import io.beethoven.grant.Answer;

/** What a {@link RoleAllocator} accepts from a node's {@code RoleServer}. */
public sealed interface AllocatorMessage extends RoleAllocator.Command, WireMessage {

  /** Returns the answer itself. */
  Answer answer();

  /**
   * The node promised.
   *
   * @param answer the answer
   */
  record Promised(Answer.Promised answer) implements AllocatorMessage {}

  /**
   * What the node holds.
   *
   * @param answer the answer
   */
  record Reported(Answer.Reported answer) implements AllocatorMessage {}

  /**
   * A right is gone.
   *
   * @param answer the answer
   */
  record Stopped(Answer.Stopped answer) implements AllocatorMessage {}

  /**
   * A grant was not obeyed.
   *
   * @param answer the answer
   */
  record Refused(Answer.Refused answer) implements AllocatorMessage {}

  /**
   * The node promised a higher epoch.
   *
   * @param answer the answer
   */
  record Nacked(Answer.Nacked answer) implements AllocatorMessage {}

  /**
   * Puts an answer into its wire form.
   *
   * @param answer the answer
   * @return the message
   */
  static AllocatorMessage of(Answer answer) {
    if (answer instanceof Answer.Promised promised) {
      return new Promised(promised);
    } else if (answer instanceof Answer.Reported reported) {
      return new Reported(reported);
    } else if (answer instanceof Answer.Stopped stopped) {
      return new Stopped(stopped);
    } else if (answer instanceof Answer.Refused refused) {
      return new Refused(refused);
    } else {
      return new Nacked((Answer.Nacked) answer);
    }
  }
}
