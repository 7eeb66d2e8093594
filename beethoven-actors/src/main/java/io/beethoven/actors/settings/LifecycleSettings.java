package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * How a node starts, ends, and starts again. Keys under {@code beethoven.lifecycle}.
 *
 * @param shutdownHook whether the end of the JVM makes the node leave in good order
 * @param startTimeout how long starting may take until the node answers queries
 * @param leaveTimeout how long leaving may take, the hand-over of roles included
 * @param terminateTimeout how long the end of the actor system may take after that
 * @param restartBackoffMin first pause before a dropped node starts its actor system again
 * @param restartBackoffMax greatest such pause
 */
public record LifecycleSettings(
    boolean shutdownHook,
    Duration startTimeout,
    Duration leaveTimeout,
    Duration terminateTimeout,
    Duration restartBackoffMin,
    Duration restartBackoffMax) {}
