package io.beethoven.grant;

import io.beethoven.model.AllocationPlan;
import io.beethoven.model.Candidate;
import io.beethoven.model.Holding;
import io.beethoven.model.RoleSpec;
import java.util.Collection;

/**
 * How an allocator decides who should hold what. It must assign a slot only while nobody holds it,
 * never more than a role's count, and at most one slot of a role to a node.
 */
@FunctionalInterface
public interface Planning {

  /**
   * Plans.
   *
   * @param specs the roles that shall run
   * @param candidates the nodes
   * @param holdings who holds what
   * @return what to order next
   */
  AllocationPlan plan(
      Collection<RoleSpec> specs, Collection<Candidate> candidates, Collection<Holding> holdings);
}
