package io.beethoven.actors.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * What a {@link ControlServer} serves. Its methods are called on the server's only thread and must
 * not block; results and events may come from any thread.
 */
public interface ControlHandler {

  /**
   * Answers a request.
   *
   * @param op the operation's name, as the client sent it
   * @param request the whole request, a JSON object
   * @return the answer to come, or empty if there is no such operation
   */
  Optional<CompletionStage<JsonNode>> answer(String op, JsonNode request);

  /**
   * Subscribes a client to events.
   *
   * @param listener told of each event; it never blocks
   * @return ends the subscription when closed
   */
  Subscription subscribe(Consumer<JsonNode> listener);

  /** A running subscription. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {

    /** Ends it; more calls do nothing. */
    @Override
    void close();
  }
}
