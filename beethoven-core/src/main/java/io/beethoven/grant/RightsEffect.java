package io.beethoven.grant;

import io.beethoven.grant.Order.Difference;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import java.util.List;

/** What the holder of {@link Rights} has to do after a step, in the order given. */
public sealed interface RightsEffect {

  /**
   * Start an instance.
   *
   * @param slot in which slot
   * @param token its token
   * @param spec its definition
   */
  record Start(Slot slot, Token token, RoleSpec spec) implements RightsEffect {}

  /**
   * Stop the instance in a slot, and say when it has stopped.
   *
   * @param slot which slot
   */
  record Stop(Slot slot) implements RightsEffect {}

  /**
   * The instance in a slot has another token from now on.
   *
   * @param slot which slot
   * @param token the new token
   */
  record Retoken(Slot slot, Token token) implements RightsEffect {}

  /**
   * Answer the sender of the order that was handled.
   *
   * @param answer what to say
   */
  record Reply(Answer answer) implements RightsEffect {}

  /**
   * Tell the allocator that was promised last, if there is one.
   *
   * @param answer what to say
   */
  record Tell(Answer answer) implements RightsEffect {}

  /**
   * Say in the log which of this node's definitions do not hold.
   *
   * @param differences what differs and was not said before
   */
  record Warn(List<Difference> differences) implements RightsEffect {

    /** Copies the list. */
    public Warn {
      differences = List.copyOf(differences);
    }
  }
}
