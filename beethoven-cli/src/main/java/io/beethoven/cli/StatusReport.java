package io.beethoven.cli;

import io.beethoven.actors.control.ControlJson;
import io.beethoven.actors.control.NodeReport;
import io.beethoven.model.ClusterNode;
import io.beethoven.model.ClusterSnapshot;
import io.beethoven.model.NodeId;
import io.beethoven.model.RoleStatus;
import java.util.List;
import java.util.stream.Collectors;

/** A node's answers to the four queries as tables. */
final class StatusReport {

  private StatusReport() {}

  static String render(NodeReport report) {
    ClusterSnapshot snapshot = report.snapshot();
    TextTable node = new TextTable("NODE", "CLUSTER", "MODE", "READY", "ALLOCATOR", "PID");
    node.row(
        snapshot.self().toString(),
        report.cluster(),
        ControlJson.text(snapshot.mode()),
        snapshot.ready() ? "yes" : "no",
        snapshot.allocator().map(NodeId::toString).orElse("-"),
        Long.toString(report.pid()));
    TextTable active = new TextTable("ACTIVE NODES");
    snapshot.activeNodes().forEach(id -> active.row(id.toString()));
    TextTable nodes = new TextTable("CLUSTER NODES", "STATUS", "LAST CHANGE");
    for (ClusterNode row : snapshot.clusterNodes()) {
      nodes.row(row.node().toString(), ControlJson.text(row.status()), row.lastChange().toString());
    }
    TextTable roles = new TextTable("ROLE", "COUNT", "ASSIGNED", "NODES");
    for (RoleStatus row : snapshot.roles()) {
      roles.row(
          row.role().value(),
          Integer.toString(row.count()),
          Integer.toString(row.assigned()),
          row.nodes().isEmpty()
              ? "-"
              : row.nodes().stream().map(NodeId::toString).collect(Collectors.joining(", ")));
    }
    return List.of(node, active, nodes, roles).stream()
        .map(TextTable::render)
        .collect(Collectors.joining("\n"));
  }
}
