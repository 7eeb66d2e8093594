package io.beethoven.actors.settings;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The control endpoint. Keys under {@code beethoven.control}.
 *
 * @param enabled whether it is opened
 * @param directory the runtime directory; the socket is made in {@code beethoven} below it
 * @param maxClients most connections held at once, at least 1
 * @param maxRequestBytes longest request line, at least 64
 * @param maxAnswerBytes longest answer line, and most bytes waiting for one client; at least 1024
 * @param requestTimeout how long a client may take for a whole request, and for taking an answer
 * @param answerTimeout how long the node may take for an answer
 */
public record ControlSettings(
    boolean enabled,
    Path directory,
    int maxClients,
    int maxRequestBytes,
    int maxAnswerBytes,
    Duration requestTimeout,
    Duration answerTimeout) {

  /**
   * Creates the settings.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public ControlSettings {
    requireAtLeast("max-clients", maxClients, 1);
    requireAtLeast("max-request", maxRequestBytes, 64);
    requireAtLeast("max-answer", maxAnswerBytes, 1024);
    requirePositive("request-timeout", requestTimeout);
    requirePositive("answer-timeout", answerTimeout);
  }

  private static void requireAtLeast(String key, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "beethoven.control." + key + " must be >= " + least + ", was " + value);
    }
  }

  private static void requirePositive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "beethoven.control." + key + " must be more than 0, was " + value);
    }
  }
}
