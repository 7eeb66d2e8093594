package io.beethoven.evidence;

import io.beethoven.evidence.LineEffect.CloseLine;
import io.beethoven.evidence.LineEffect.LinesChanged;
import io.beethoven.evidence.LineEffect.Redial;
import io.beethoven.evidence.LineEffect.Timer;
import io.beethoven.model.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The two connections to one peer, as seen from one side, and what their breaking proves.
 *
 * <ol>
 *   <li>Safe: death is proved only by FIN on an armed life-line without goodbye followed by an own
 *       redial that is refused, or by any break of one followed by an own redial that another life
 *       of the same node answers (rule 1). A reset and a refusal together prove nothing, since
 *       firewalls fake both; nor does silence, nor anything between ends that see different
 *       addresses (rule 2), nor anything after a goodbye.
 *   <li>Fast: the first redial follows a break at once, the others within {@code redialMax}, for as
 *       long as a dying process's backlog answers.
 *   <li>Lasting: lines that are lost without proof are opened again for ever. A break that proved
 *       nothing is remembered until the peer is known to live, so that its next life can still
 *       prove the death of this one.
 * </ol>
 *
 * <p>The lower address dials: a talk line first, then, with the ticket that the peer issues on each
 * new talk line, a life-line. It is armed once both sides said so. A life-line that is lost is
 * opened again by way of a new talk line, since that brings a new ticket; the higher address asks
 * for that by closing the talk line.
 */
public final class PeerLines {

  private final LineState state;

  private PeerLines(LineState state) {
    this.state = state;
  }

  /**
   * What came of an event.
   *
   * @param lines the state after it
   * @param effects what has to be done, in this order
   */
  public record Step(PeerLines lines, List<LineEffect> effects) {

    /** Copies the list. */
    public Step {
      effects = List.copyOf(effects);
    }
  }

  /**
   * Starts with no line; {@link #start} comes next.
   *
   * @param self this node
   * @param peer the other, at another address
   * @param policy how patiently to dial
   * @return the lines to that peer
   * @throws IllegalArgumentException if both addresses are the same
   */
  public static PeerLines between(NodeId self, NodeId peer, LinePolicy policy) {
    if (self.equals(peer)) {
      throw new IllegalArgumentException("peer must be another node, was " + peer);
    }
    boolean dials = self.compareTo(peer) < 0;
    return new PeerLines(new LineState(Objects.requireNonNull(policy, "policy"), dials));
  }

  /**
   * Begins: the lower address dials.
   *
   * @return the step
   */
  public Step start() {
    return step(LineState::dialTalk);
  }

  /**
   * A talk line stands.
   *
   * @param line its id
   * @param addressesAgree whether both ends see the same two addresses
   * @return the step
   */
  public Step talkOpened(long line, boolean addressesAgree) {
    return !state.hasEnded() ? step(next -> next.talkOpened(line, addressesAgree)) : refuse(line);
  }

  /**
   * A life-line stands, not armed yet.
   *
   * @param line its id
   * @return the step
   */
  public Step lifeOpened(long line) {
    return state.mayArm() ? step(next -> next.lifeOpened(line)) : refuse(line);
  }

  /**
   * The peer issued a ticket for a life-line.
   *
   * @param line on which talk line
   * @param ticket the ticket
   * @return the step
   */
  public Step ticketReceived(long line, long ticket) {
    return step(next -> next.ticketReceived(line, ticket));
  }

  /**
   * The peer said {@code Armed}.
   *
   * @param line on which life-line
   * @return the step
   */
  public Step armedReceived(long line) {
    return step(next -> next.armedReceived(line));
  }

  /**
   * The peer said goodbye.
   *
   * @return the step
   */
  public Step goodbyeReceived() {
    return step(LineState::departed);
  }

  /**
   * The membership has removed the peer, whose death is not proved. No line to it is opened any
   * more, since its next life would take that for one from a member of its own; but the life-line
   * that stands goes on to be evidence, and a break that proved nothing is looked into until the
   * next life answers.
   *
   * @return the step
   */
  public Step removed() {
    return step(LineState::removed);
  }

  /**
   * A talk line is gone.
   *
   * @param line its id
   * @param how how it ended
   * @return the step
   */
  public Step talkClosed(long line, LineEnd how) {
    return step(next -> next.talkClosed(line, how));
  }

  /**
   * A life-line is gone.
   *
   * @param line its id
   * @param how how it ended
   * @return the step
   */
  public Step lifeClosed(long line, LineEnd how) {
    return step(next -> next.lifeClosed(line, how));
  }

  /**
   * A talk line could not be opened.
   *
   * @param result what the attempt met
   * @return the step
   */
  public Step talkFailed(RedialResult result) {
    return step(next -> next.talkFailed(result));
  }

  /**
   * A life-line could not be opened.
   *
   * @return the step
   */
  public Step lifeFailed() {
    return step(LineState::lost);
  }

  /**
   * A redial has its result.
   *
   * @param which the attempt of {@link Redial}; older ones are ignored
   * @param result what it met
   * @return the step
   */
  public Step redialled(int which, RedialResult result) {
    return step(next -> next.redialled(which, result));
  }

  /**
   * A timer fired.
   *
   * @param timer which
   * @return the step
   */
  public Step timerFired(Timer timer) {
    return step(next -> next.timerFired(timer));
  }

  /** Tells whether a talk line stands. */
  public boolean isTalking() {
    return state.isTalking();
  }

  /** Tells whether a life-line is armed, so that the peer's death can be proved. */
  public boolean isArmed() {
    return state.isArmed();
  }

  /**
   * Tells whether the ends of the last talk line saw the same addresses; false before any stood.
   */
  public boolean addressesAgree() {
    return state.mayArm();
  }

  /** Returns the talk line, while it stands. */
  public OptionalLong talkLine() {
    return state.talkLine();
  }

  private Step refuse(long line) {
    return new Step(this, List.of(new CloseLine(line)));
  }

  private Step step(Consumer<LineState> change) {
    if (state.hasEnded()) {
      return new Step(this, List.of());
    }
    LineState next = new LineState(state);
    change.accept(next);
    if (next.isTalking() != state.isTalking() || next.isArmed() != state.isArmed()) {
      next.effects.add(new LinesChanged(next.isTalking(), next.isArmed()));
    }
    return new Step(new PeerLines(next), next.effects);
  }
}
