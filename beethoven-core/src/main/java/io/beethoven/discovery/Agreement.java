package io.beethoven.discovery;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings that all nodes of a cluster must have alike: name and value of each, as texts. Every
 * hello carries them, so both sides of a connection can name what differs.
 *
 * @param settings value by name, at most {@value #MAX_SETTINGS}
 */
public record Agreement(SortedMap<String, String> settings) {

  /** The most settings that a hello carries. */
  public static final int MAX_SETTINGS = 16;

  /** The longest name of a setting, in bytes of UTF-8. */
  public static final int MAX_KEY_BYTES = 64;

  /** The longest value of a setting, in bytes of UTF-8. */
  public static final int MAX_VALUE_BYTES = 64;

  /** Nothing to agree on. */
  public static final Agreement NONE = new Agreement(new TreeMap<>());

  /** Stands for the value of a setting that one of the two nodes does not have. */
  static final String UNKNOWN = "(no such setting)";

  /**
   * A setting in which two nodes differ.
   *
   * @param key its name
   * @param ours this node's value
   * @param theirs the other's
   */
  public record Difference(String key, String ours, String theirs) {}

  /**
   * Copies the settings.
   *
   * @throws IllegalArgumentException if there are too many, or a text is longer than a hello may
   *     carry
   */
  public Agreement {
    if (settings.size() > MAX_SETTINGS) {
      throw new IllegalArgumentException(
          "settings must be at most " + MAX_SETTINGS + ", were " + settings.size());
    }
    for (Map.Entry<String, String> each : settings.entrySet()) {
      BeaconCodec.utf8("name of a setting", each.getKey(), MAX_KEY_BYTES);
      BeaconCodec.utf8("value of " + each.getKey(), each.getValue(), MAX_VALUE_BYTES);
    }
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /**
   * Finds in what two nodes differ.
   *
   * @param theirs what the other node has
   * @return the first difference in the order of names, or empty if they agree
   */
  public Optional<Difference> differenceFrom(Agreement theirs) {
    if (settings.equals(theirs.settings)) {
      return Optional.empty();
    }
    SortedSet<String> keys = new TreeSet<>(settings.keySet());
    keys.addAll(theirs.settings.keySet());
    return keys.stream()
        .map(key -> new Difference(key, valueOf(key), theirs.valueOf(key)))
        .filter(difference -> !difference.ours().equals(difference.theirs()))
        .findFirst();
  }

  private String valueOf(String key) {
    return settings.getOrDefault(key, UNKNOWN);
  }
}
