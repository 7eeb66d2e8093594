package io.beethoven.actors.role;

import io.beethoven.model.NodeId;
import io.beethoven.model.RoleName;
import io.beethoven.model.RoleSpec;
import io.beethoven.model.Slot;
import io.beethoven.model.Token;
import io.beethoven.role.RoleContext;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** What one run of an instance is told of itself. A restarted instance gets another one. */
final class InstanceContext implements RoleContext {

  private final Slot slot;
  private final NodeId node;
  private final RoleSpec spec;
  private final RightState right;
  private final Runnable onReady;
  private final RoleThreads threads;
  private final AtomicBoolean ready = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Queue<Runnable> onRevoked = new ConcurrentLinkedQueue<>();
  private final Runnable leaseEnded = this::end;

  InstanceContext(
      Slot slot,
      NodeId node,
      RoleSpec spec,
      RightState right,
      RoleThreads threads,
      Runnable onReady) {
    this.slot = slot;
    this.node = node;
    this.spec = spec;
    this.right = right;
    this.threads = threads;
    this.onReady = onReady;
    right.lease().whenEnded(leaseEnded);
  }

  @Override
  public RoleName role() {
    return slot.role();
  }

  @Override
  public int slot() {
    return slot.index();
  }

  @Override
  public Token token() {
    return right.token();
  }

  @Override
  public NodeId node() {
    return node;
  }

  @Override
  public Map<String, String> arguments() {
    return spec.arguments();
  }

  @Override
  public boolean isGranted() {
    return right.granted() && !over.get();
  }

  @Override
  public boolean isStopping() {
    return !isGranted();
  }

  @Override
  public void ready() {
    if (ready.compareAndSet(false, true)) {
      onReady.run();
    }
  }

  @Override
  public void onRevoked(Runnable action) {
    onRevoked.add(Objects.requireNonNull(action, "action"));
    if (over.get()) {
      runActions();
    }
  }

  /** Ends this run: it is to stop, it has failed, or the lease has ended. */
  void end() {
    right.lease().forget(leaseEnded);
    if (over.compareAndSet(false, true)) {
      runActions();
    }
  }

  /** Each action is taken from the queue once, by whichever thread comes first. */
  private void runActions() {
    for (Runnable action = onRevoked.poll(); action != null; action = onRevoked.poll()) {
      threads.start(RoleThreads.nameOf(slot) + "-revoked", action, failure -> {});
    }
  }
}
