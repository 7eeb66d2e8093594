package io.beethoven.actors.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.beethoven.actors.control.ControlHandler.Subscription;
import io.beethoven.actors.settings.ControlSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of the control endpoint. Everything runs on the server's thread. */
final class ControlSession {

  private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectReader REQUEST =
      JSON.readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final long FOR_EVER = Duration.ofDays(365).toNanos();
  private static final int MAX_WAITING_EVENTS = 1024;

  /** What the client is waited for, or waits for. */
  private enum Phase {
    /** Its request is awaited. */
    REQUEST,
    /** It waits for an answer. */
    ANSWER,
    /** It is sent events. */
    EVENTS,
    /** It is sent the rest, then closed. */
    LAST_WORDS,
    /** Gone. */
    CLOSED
  }

  private final ControlServer server;
  private final ControlSettings settings;
  private final ControlHandler handler;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer input;
  private final Deque<ByteBuffer> output = new ArrayDeque<>();
  private final AtomicInteger waitingEvents = new AtomicInteger();
  private int outputBytes;
  private Phase phase = Phase.REQUEST;
  private long deadlineNanos;
  private long requestNumber;
  private @Nullable Subscription subscription;

  ControlSession(
      ControlServer server,
      ControlSettings settings,
      ControlHandler handler,
      SocketChannel channel,
      SelectionKey key) {
    this.server = server;
    this.settings = settings;
    this.handler = handler;
    this.channel = channel;
    this.key = key;
    // One byte more than a request may have, so that one too long is told from one that fits.
    this.input = ByteBuffer.allocate(settings.maxRequestBytes() + 1);
    expire(settings.requestTimeout());
  }

  boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  /** Returns when this session wants {@link #onTime} to be called, on the monotonic clock. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  private void expire(Duration after) {
    deadlineNanos = System.nanoTime() + after.toNanos();
  }

  void onReady() {
    try {
      if (key.isReadable()) {
        read();
      }
      if (!isClosed() && key.isWritable()) {
        flush();
      }
    } catch (IOException e) {
      LOG.debug("control client lost", e);
      close();
    }
  }

  void onTime(long nowNanos) {
    if (isClosed() || nowNanos - deadlineNanos < 0) {
      return;
    }
    if (!output.isEmpty() || phase == Phase.LAST_WORDS) {
      close();
    } else if (phase == Phase.ANSWER) {
      requestNumber++;
      reply(error("the node did not answer within " + settings.answerTimeout()), Phase.REQUEST);
    } else if (phase == Phase.REQUEST && input.position() > 0) {
      reply(error("no whole request within " + settings.requestTimeout()), Phase.LAST_WORDS);
    } else if (phase == Phase.REQUEST) {
      close();
    } else {
      deadlineNanos = nowNanos + FOR_EVER;
    }
  }

  private void read() throws IOException {
    if (phase != Phase.REQUEST) {
      // A client that is sent events has nothing to say: this is its end, or a breach.
      close();
      return;
    }
    if (channel.read(input) < 0) {
      close();
      return;
    }
    nextRequest();
  }

  /** Takes the first line of the input, if it holds a whole one. */
  private void nextRequest() {
    int length = 0;
    while (length < input.position() && input.get(length) != '\n') {
      length++;
    }
    if (length > settings.maxRequestBytes()) {
      reply(
          error("request longer than " + settings.maxRequestBytes() + " bytes"), Phase.LAST_WORDS);
    } else if (length < input.position()) {
      byte[] line = new byte[length];
      input.flip();
      input.get(line).get();
      input.compact();
      onRequest(line);
    }
  }

  private void onRequest(byte[] line) {
    JsonNode request;
    try {
      request = REQUEST.readTree(line);
    } catch (IOException e) {
      reply(error("request is not JSON"), Phase.LAST_WORDS);
      return;
    }
    String op = request.path("op").textValue();
    if (op == null) {
      reply(error("request must be an object with the text field op"), Phase.LAST_WORDS);
    } else if (op.equals("events")) {
      stream();
    } else {
      dispatch(op, request);
    }
  }

  private void dispatch(String op, JsonNode request) {
    Optional<CompletionStage<JsonNode>> answer;
    try {
      answer = handler.answer(op, request);
    } catch (RuntimeException e) {
      LOG.warn("control request failed op={}", op, e);
      reply(error(message(e)), Phase.REQUEST);
      return;
    }
    if (answer.isEmpty()) {
      reply(error("unknown op " + TextNode.valueOf(op)), Phase.REQUEST);
      return;
    }
    phase = Phase.ANSWER;
    key.interestOps(0);
    expire(settings.answerTimeout());
    long number = requestNumber;
    answer
        .get()
        .whenComplete(
            (result, failure) ->
                server.execute(
                    () -> {
                      if (phase == Phase.ANSWER && number == requestNumber) {
                        requestNumber++;
                        reply(
                            failure == null ? result(result) : error(message(failure)),
                            Phase.REQUEST);
                      }
                    }));
  }

  private void stream() {
    reply(result(TextNode.valueOf("streaming")), Phase.EVENTS);
    if (isClosed()) {
      return;
    }
    try {
      subscription = handler.subscribe(this::offerEvent);
    } catch (RuntimeException e) {
      LOG.warn("control subscription failed", e);
      reply(error(message(e)), Phase.LAST_WORDS);
    }
  }

  /** Called on any thread; what waits for this client is bounded. */
  private void offerEvent(JsonNode event) {
    int waiting = waitingEvents.incrementAndGet();
    if (waiting <= MAX_WAITING_EVENTS) {
      server.execute(
          () -> {
            waitingEvents.decrementAndGet();
            if (phase == Phase.EVENTS) {
              reply(event, Phase.EVENTS);
            }
          });
    } else if (waiting == MAX_WAITING_EVENTS + 1) {
      server.execute(this::close);
    }
  }

  private static ObjectNode result(JsonNode value) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.set("result", value);
    return answer;
  }

  private static ObjectNode error(String text) {
    return JsonNodeFactory.instance.objectNode().put("error", text);
  }

  private static String message(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause.getMessage();
    return text == null ? cause.getClass().getSimpleName() : text;
  }

  private void reply(JsonNode answer, Phase next) {
    byte[] line = bytes(answer);
    if (outputBytes + line.length > settings.maxAnswerBytes()) {
      if (!output.isEmpty()) {
        close();
        return;
      }
      line = bytes(error("answer longer than " + settings.maxAnswerBytes() + " bytes"));
    }
    output.add(ByteBuffer.wrap(line));
    outputBytes += line.length;
    phase = next;
    if (output.size() == 1) {
      expire(settings.requestTimeout());
    }
    try {
      flush();
    } catch (IOException e) {
      LOG.debug("control client lost", e);
      close();
    }
  }

  private static byte[] bytes(JsonNode answer) {
    try {
      byte[] text = JSON.writeValueAsBytes(answer);
      byte[] line = new byte[text.length + 1];
      System.arraycopy(text, 0, line, 0, text.length);
      line[text.length] = '\n';
      return line;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  private void flush() throws IOException {
    while (!output.isEmpty()) {
      ByteBuffer first = output.peek();
      int written = channel.write(first);
      outputBytes -= written;
      if (first.hasRemaining()) {
        // Not reading meanwhile: who does not take answers has no more requests answered.
        key.interestOps(SelectionKey.OP_WRITE);
        return;
      }
      output.remove();
      expire(settings.requestTimeout());
    }
    onFlushed();
  }

  private void onFlushed() {
    switch (phase) {
      case LAST_WORDS -> close();
      case REQUEST -> {
        key.interestOps(SelectionKey.OP_READ);
        if (input.position() > 0) {
          // By way of the queue: a client that sends many requests at once does not deepen the
          // stack.
          server.execute(this::nextRequestIfIdle);
        }
      }
      case EVENTS -> {
        deadlineNanos = System.nanoTime() + FOR_EVER;
        key.interestOps(SelectionKey.OP_READ);
      }
      default -> {}
    }
  }

  private void nextRequestIfIdle() {
    if (phase == Phase.REQUEST && output.isEmpty()) {
      nextRequest();
    }
  }

  void close() {
    if (isClosed()) {
      return;
    }
    phase = Phase.CLOSED;
    if (subscription != null) {
      subscription.close();
    }
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("control client not closed cleanly", e);
    }
  }
}
