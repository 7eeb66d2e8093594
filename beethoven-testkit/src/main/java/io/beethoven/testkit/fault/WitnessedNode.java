package io.beethoven.testkit.fault;

import io.beethoven.Role;
import io.beethoven.testkit.NodeMain;
import io.beethoven.testkit.ParentWatch;
import io.beethoven.testkit.witness.Witness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The main class of a node whose roles a witness watches. */
public final class WitnessedNode {

  private static final Duration STOP_DEADLINE = Duration.ofSeconds(2);

  private WitnessedNode() {}

  /**
   * Runs a node.
   *
   * @param args the directory of the witness, and then the roles as {@link WitnessedRole#text}
   *     gives them
   * @throws Exception if it cannot start; the process then ends with exit code 1
   */
  public static void main(String[] args) throws Exception {
    ParentWatch.start();
    Path directory = Path.of(args[0]);
    Witness witness = Witness.in(directory);
    List<Role> roles = new ArrayList<>();
    for (String text : List.of(args).subList(1, args.length)) {
      roles.add(role(WitnessedRole.parse(text), witness, directory));
    }
    NodeMain.run(roles, witness::close);
  }

  private static Role role(WitnessedRole role, Witness witness, Path directory) {
    Role made =
        role.stubborn()
            ? Role.lifecycle(role.name(), witness.lifecycle(() -> new StubbornRole(directory)))
            : Role.task(role.name(), witness.task(context -> new CountDownLatch(1).await()));
    Role counted = made.count(role.count()).stopDeadline(STOP_DEADLINE);
    return role.startFirst() ? counted.startFirst() : counted;
  }
}
