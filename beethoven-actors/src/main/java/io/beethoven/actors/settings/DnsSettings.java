package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * The DNS name whose addresses are looked at. Keys under {@code beethoven.discovery.dns}.
 *
 * @param name a host name
 * @param timeout how long it may take to resolve
 */
public record DnsSettings(String name, Duration timeout) {}
