package io.beethoven.actors.settings;

import io.beethoven.discovery.Endpoint;
import java.time.Duration;

/**
 * Where the beacon listens and how much it takes from strangers. Keys under {@code
 * beethoven.beacon}.
 *
 * @param bind where it listens; port 0 lets the system choose (tests)
 * @param maxConnections most connections held at once, all together
 * @param maxConnectionsPerAddress most connections held at once from one IP address without a line
 * @param frameTimeout how long a peer may take for its first frame, or to complete a frame it began
 * @param goodbyeTimeout how long the end waits until goodbyes are written
 */
public record BeaconSettings(
    Endpoint bind,
    int maxConnections,
    int maxConnectionsPerAddress,
    Duration frameTimeout,
    Duration goodbyeTimeout) {}
