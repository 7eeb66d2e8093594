package io.beethoven.testkit;

import io.beethoven.Beethoven;
import io.beethoven.Role;
import io.beethoven.role.RoleLifecycle;
import io.beethoven.role.RoleTask;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of a {@link NodeProcess}: a node whose settings come from system properties,
 * environment and {@code application.conf}. It prints {@link EventLines} and ends with its parent.
 */
public final class NodeMain {

  private NodeMain() {}

  /**
   * Runs a node.
   *
   * @param args {@code --role NAME=COUNT:CLASS} for each role that this node can run
   * @throws Exception if it cannot start; the process then ends with exit code 1
   */
  public static void main(String[] args) throws Exception {
    ParentWatch.start();
    run(roles(args), () -> {});
  }

  /**
   * Runs a node as all that the process does, and ends the process: with exit code 1 if the node
   * does not start.
   *
   * @param roles what it can run
   * @param atEnd done once the node has ended
   * @throws InterruptedException if this thread is interrupted
   */
  public static void run(List<Role> roles, Runnable atEnd) throws InterruptedException {
    try {
      NodeRunner.run(
          () -> {
            var builder = Beethoven.builder();
            roles.forEach(builder::role);
            return builder.start();
          },
          EventLines.standard());
      atEnd.run();
      // Whatever a role has left running does not hold the process up.
      System.exit(0);
    } catch (RuntimeException e) {
      System.err.println("the node did not start: " + e.getMessage());
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static List<Role> roles(String[] args) throws ReflectiveOperationException {
    List<Role> roles = new ArrayList<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!args[i].equals("--role") || i + 1 == args.length) {
        throw new IllegalArgumentException("expected --role NAME=COUNT:CLASS, was " + args[i]);
      }
      roles.add(role(args[i + 1]));
    }
    return roles;
  }

  static Role role(String text) throws ReflectiveOperationException {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', equals);
    if (equals < 1 || colon < 0) {
      throw new IllegalArgumentException("role must be NAME=COUNT:CLASS, was \"" + text + "\"");
    }
    String name = text.substring(0, equals);
    int count = Integer.parseInt(text.substring(equals + 1, colon));
    Class<?> type = Class.forName(text.substring(colon + 1));
    if (RoleTask.class.isAssignableFrom(type)) {
      RoleTask task = type.asSubclass(RoleTask.class).getConstructor().newInstance();
      return Role.task(name, task).count(count);
    }
    var constructor = type.asSubclass(RoleLifecycle.class).getConstructor();
    return Role.lifecycle(
            name,
            () -> {
              try {
                return constructor.newInstance();
              } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " cannot be made", e);
              }
            })
        .count(count);
  }
}
