package io.beethoven.testkit.fault;

import io.beethoven.testkit.witness.Cause;
import java.util.Locale;

/** The kinds of faults that a {@link FaultDriver} can bring about. */
public enum Fault {
  /** SIGKILL. */
  KILL(Cause.CRASH, Needs.NOTHING),
  /** SIGKILL of two nodes, one right after the other. */
  KILL_TWO(Cause.CRASH, Needs.NOTHING),
  /** SIGKILL, a start, and SIGKILL again while it starts, some times. */
  RESTART_STORM(Cause.CRASH, Needs.NOTHING),
  /** SIGTERM. */
  STOP(Cause.PLANNED_STOP, Needs.NOTHING),
  /** SIGTERM, and SIGKILL to the same node while it hands its roles over. */
  KILL_WHILE_IT_HANDS_OVER(Cause.PLANNED_STOP, Needs.NOTHING),
  /** SIGTERM to one node, and SIGKILL to another one that may be about to take over. */
  KILL_WHO_TAKES_OVER(Cause.PLANNED_STOP, Needs.NOTHING),
  /** SIGSTOP, and SIGCONT later. */
  FREEZE(Cause.FREEZE, Needs.NOTHING),
  /** SIGSTOP, and SIGKILL later. */
  FREEZE_AND_KILL(Cause.FREEZE, Needs.NOTHING),
  /** A role whose start takes long, where its host was killed. */
  HANG_IN_START(Cause.OTHER, Needs.NOTHING),
  /** A role whose stop takes longer than it may, at a planned stop. */
  HANG_IN_STOP(Cause.OTHER, Needs.NOTHING),
  /** A node's count of a role is lowered while a holder stands still. */
  SCALE_DOWN_WHILE_FROZEN(Cause.FREEZE, Needs.NOTHING),
  /** All nodes are killed and started again. */
  RESTART_OF_ALL(Cause.OTHER, Needs.NOTHING),
  /** No space is left in a node's directory while another node is killed and comes back. */
  DISK_FULL(Cause.OTHER, Needs.ROOT),
  /** The wall clock of a node jumps forwards or backwards. */
  CLOCK_STEP(Cause.FREEZE, Needs.CLOCK),
  /** Whatever reaches or leaves a host vanishes. */
  DROP(Cause.CUT, Needs.NETWORK),
  /** A firewall answers with resets for a host that it cuts off. */
  REJECT_WITH_RESET(Cause.CUT, Needs.NETWORK),
  /** A firewall answers "unreachable" for a host that it cuts off. */
  REJECT_WITH_ICMP(Cause.CUT, Needs.NETWORK),
  /** Nothing reaches a host, but others hear it. */
  DEAF(Cause.CUT, Needs.NETWORK),
  /** Nothing that a host says gets out, but it hears others. */
  MUTE(Cause.CUT, Needs.NETWORK),
  /** The cable is pulled. */
  CABLE_OUT(Cause.CUT, Needs.NETWORK),
  /** The cable is pulled and put back, again and again. */
  FLAP(Cause.OTHER, Needs.NETWORK),
  /** The nodes part in two, and then in another two before they are one again. */
  MOVING_PARTITION(Cause.OTHER, Needs.NETWORK),
  /** The lower half of the nodes is cut off from the rest, and one of the rest dies. */
  NO_QUORUM(Cause.OTHER, Needs.NETWORK),
  /** A node is cut off, dies, and is started again while it is still cut off. */
  RESTART_WHILE_CUT(Cause.CUT, Needs.NETWORK),
  /** A node comes back behind a proxy, so that nobody can prove its death, and dies. */
  PROXY(Cause.CUT, Needs.NETWORK);

  /** What a machine has to have. */
  enum Needs {
    NOTHING,
    /** The right to mount. */
    ROOT,
    /** A C compiler, to give a process a clock of its own. */
    CLOCK,
    /** The right to make network namespaces, {@code ip} and {@code iptables}. */
    NETWORK
  }

  private final Cause cause;
  private final Needs needs;

  Fault(Cause cause, Needs needs) {
    this.cause = cause;
    this.needs = needs;
  }

  /** Returns what it is to Beethoven. */
  public Cause cause() {
    return cause;
  }

  /** Returns what it needs. */
  Needs needs() {
    return needs;
  }

  /** Returns its name as people write it, such as {@code kill-two}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Parses the name.
   *
   * @param text as {@link #text} gives it
   * @return the fault
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Fault parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
