package io.beethoven.grant;

import io.beethoven.evidence.Voters;
import io.beethoven.model.Incarnation;
import java.util.List;
import java.util.Objects;

/**
 * What rides on every request for credit, credit, report and question: the receiver takes it over
 * before it uses the message (3.4, 3.5).
 *
 * @param voters V, and V' while a change is on its way
 * @param dead D, at least its latest and all voters in it
 */
public record Shared(Voters voters, List<Incarnation> dead) {

  /** Copies the list. */
  public Shared {
    Objects.requireNonNull(voters, "voters");
    dead = List.copyOf(dead);
  }
}
