package io.beethoven.testkit.witness;

import java.util.ArrayList;
import java.util.List;

/**
 * A time in which an instance found its right to be held at each look. It was certainly valid from
 * the end of the first look until the begin of the last one. Grows with its instance.
 */
final class ValidRun {

  /** A token, and between which looks the instance held it. */
  static final class Held {
    final String token;
    long firstAfter;
    long lastBefore;

    Held(WitnessEvent look) {
      token = look.token();
      firstAfter = look.after();
      lastBefore = look.before();
    }
  }

  private final InstanceLife life;
  private final List<Held> tokens = new ArrayList<>();
  private long firstAfter;
  private long lastBefore;

  ValidRun(InstanceLife life, WitnessEvent first) {
    this.life = life;
    this.firstAfter = first.after();
    this.lastBefore = first.before();
    tokens.add(new Held(first));
  }

  void add(WitnessEvent look) {
    // Looks of several threads need not come in order.
    firstAfter = Math.min(firstAfter, look.after());
    lastBefore = Math.max(lastBefore, look.before());
    for (Held held : tokens) {
      if (held.token.equals(look.token())) {
        held.firstAfter = Math.min(held.firstAfter, look.after());
        held.lastBefore = Math.max(held.lastBefore, look.before());
        return;
      }
    }
    tokens.add(new Held(look));
  }

  InstanceLife life() {
    return life;
  }

  List<Held> tokens() {
    return tokens;
  }

  long from() {
    return firstAfter;
  }

  long until() {
    return lastBefore;
  }

  boolean isCertain() {
    return firstAfter < lastBefore;
  }

  @Override
  public String toString() {
    return "%s valid %.3f s to %.3f s with token %s"
        .formatted(life, firstAfter / 1e9, lastBefore / 1e9, tokens.get(tokens.size() - 1).token);
  }
}
