package io.beethoven.grant;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.Situation;

/**
 * How an allocator decides who should hold what. It must keep the rules 4.6.3 to 4.6.6: a slot gets
 * a new holder or successor only when every other hold on it has ended, but for a move that starts
 * first; a role never gets more instances than its count, but for one such move at a time; a node
 * never gets a second slot of a role.
 */
@FunctionalInterface
public interface Planning {

  /**
   * Plans.
   *
   * @param situation what shall run, where it can, and who holds what
   * @return what to order next
   */
  AllocationPlan plan(Situation situation);
}
