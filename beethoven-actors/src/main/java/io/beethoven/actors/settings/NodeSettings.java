package io.beethoven.actors.settings;

/**
 * Where the node listens and how it is called. Keys under {@code beethoven.node}.
 *
 * @param host the IP address to listen at, for remoting and for the beacon; chosen already where
 *     the key is empty
 * @param hostReason why that address, for people
 * @param port the port of remoting; 0 lets the system choose
 * @param advertisedHost the address at which others reach this node; with the port its name
 */
public record NodeSettings(String host, String hostReason, int port, String advertisedHost) {}
