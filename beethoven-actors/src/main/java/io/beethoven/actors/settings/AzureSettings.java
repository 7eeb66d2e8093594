package io.beethoven.actors.settings;

import java.net.URI;
import java.time.Duration;

/**
 * Azure's instance metadata service, which knows this machine's subnets. Keys under {@code
 * beethoven.discovery.azure}.
 *
 * @param endpoint the HTTP address that answers with the list of network interfaces
 * @param timeout how long it may stay silent
 */
public record AzureSettings(URI endpoint, Duration timeout) {}
