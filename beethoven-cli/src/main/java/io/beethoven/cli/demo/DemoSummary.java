package io.beethoven.cli.demo;

import io.beethoven.model.RoleStatus;
import java.util.List;

/**
 * What came of the demo.
 *
 * @param nodes how many nodes formed the cluster
 * @param formedMillis from the start of the first process until all nodes listed all nodes and all
 *     roles ran
 * @param failoverMillis from just before the kill to the first statement of the role elsewhere
 * @param backMillis from the start of the killed node's process until the cluster was whole again
 * @param killed the node that was killed
 * @param role the role that was measured
 * @param to where it ran afterwards
 * @param roles all roles at the end
 */
record DemoSummary(
    int nodes,
    double formedMillis,
    double failoverMillis,
    double backMillis,
    String killed,
    String role,
    String to,
    List<RoleStatus> roles) {}
