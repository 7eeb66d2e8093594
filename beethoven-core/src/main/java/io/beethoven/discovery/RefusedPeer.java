package io.beethoven.discovery;

import io.beethoven.discovery.BeaconMessage.RefusalReason;
import java.time.Instant;

/**
 * A node that refused this one, or was refused by it, and in what they differ.
 *
 * @param peer its beacon's address, or its host alone where it speaks another version
 * @param reason why
 * @param key the name of what differs
 * @param ours this node's value
 * @param theirs the other's
 * @param at when it was seen last
 */
public record RefusedPeer(
    String peer, RefusalReason reason, String key, String ours, String theirs, Instant at) {}
