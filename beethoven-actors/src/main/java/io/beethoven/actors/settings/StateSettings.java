package io.beethoven.actors.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a node keeps across restarts. Keys under {@code beethoven.state}.
 *
 * @param enabled whether anything outlives the process
 * @param directory the node's directory; empty: one of the user's where Beethoven owns the actor
 *     system, otherwise none
 */
public record StateSettings(boolean enabled, Optional<Path> directory) {}
