package io.beethoven.peers;

import io.beethoven.benchmarks.compare.ActLines;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.View;

/**
 * A member of a JGroups cluster. The role runs at the coordinator, the first member of the view,
 * which is where the manual has singleton services run (advanced.adoc, "Determining the coordinator
 * and controlling view generation"). As an expert sets it up, only in a view of the majority ("The
 * Split Brain syndrome and primary partitions").
 */
public final class JGroupsNode {

  /** The port in the stack that JGroups ships. */
  private static final String PORT = "[7800]";

  private JGroupsNode() {}

  /**
   * Runs the member.
   *
   * @param args see {@link Seat}
   * @throws Exception if it cannot start
   */
  public static void main(String[] args) throws Exception {
    Seat seat = NodeStart.seat(args);
    System.setProperty("java.net.preferIPv4Stack", "true");
    System.setProperty("jgroups.bind_addr", seat.host());
    System.setProperty(
        "jgroups.tcpping.initial_hosts",
        seat.hosts().stream().map(host -> host + PORT).collect(Collectors.joining(",")));
    // The default is the stack that JGroups ships, the other one is ours.
    JChannel channel =
        new JChannel(seat.isExpert() ? "io/beethoven/peers/jgroups-expert.xml" : "tcp.xml");
    Instance role = new Instance(seat.name());
    int least = seat.isExpert() ? seat.majority() : 1;
    channel.receiver(
        new Receiver() {
          @Override
          public void viewAccepted(View view) {
            ActLines.members(view.size());
            if (view.size() >= least && view.getCoord().equals(channel.address())) {
              role.start();
            } else {
              role.stop();
            }
          }
        });
    NodeStart.onTerm(
        () -> {
          role.stop();
          channel.close();
        });
    channel.connect("compare");
    new CountDownLatch(1).await();
  }
}
