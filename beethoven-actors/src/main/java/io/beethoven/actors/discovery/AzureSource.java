package io.beethoven.actors.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Subnet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subnets of this virtual machine, as Azure's instance metadata service tells them.
 *
 * <p>Nothing waits for the service: each call gives what was learned last, nobody at first, and
 * asks again in the background, one request at a time. A service that does not answer is logged
 * once, until it does.
 */
public final class AzureSource implements CandidateSource {

  private static final Logger LOG = LoggerFactory.getLogger(AzureSource.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BYTES = 256 * 1024;

  private final URI endpoint;
  private final int port;
  private final Duration timeout;
  private final Executor blocking;
  private final AtomicReference<Candidates> latest =
      new AtomicReference<>(Candidates.of(List.of()));
  private final AtomicBoolean asking = new AtomicBoolean();
  private final AtomicBoolean failing = new AtomicBoolean();

  /**
   * Creates a source.
   *
   * @param endpoint of the service, an HTTP address that answers with the list of interfaces
   * @param port at which the beacons of the subnets listen, 1 to 65535
   * @param timeout how long the service may stay silent; its whole answer may take twice as long
   * @param blocking where requests are made
   */
  public AzureSource(URI endpoint, int port, Duration timeout, Executor blocking) {
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.port = port;
    this.timeout = Objects.requireNonNull(timeout, "timeout");
    this.blocking = Objects.requireNonNull(blocking, "blocking");
  }

  @Override
  public String describe() {
    return "Azure metadata at " + endpoint + " port " + port;
  }

  @Override
  public CompletionStage<Candidates> candidates() {
    if (asking.compareAndSet(false, true)) {
      try {
        blocking.execute(this::ask);
      } catch (RuntimeException e) {
        asking.set(false);
        failed(e);
      }
    }
    return CompletableFuture.completedStage(latest.get());
  }

  private void ask() {
    try {
      Candidates found = subnets(JSON.readTree(fetch()));
      if (!found.equals(latest.getAndSet(found))) {
        LOG.info("event=metadata endpoint={} candidates={}", endpoint, found.size());
      }
      failing.set(false);
    } catch (IOException | RuntimeException e) {
      failed(e);
    } finally {
      asking.set(false);
    }
  }

  private void failed(Exception reason) {
    if (!failing.getAndSet(true)) {
      LOG.warn(
          "event=metadata-failed endpoint={} reason=\"{}\": other sources are used meanwhile",
          endpoint,
          reason.toString().lines().findFirst().orElse(""));
    }
  }

  private byte[] fetch() throws IOException {
    long begun = System.nanoTime();
    // The service is reached without a proxy, and answers none of what a proxy sends on.
    HttpURLConnection connection =
        (HttpURLConnection) endpoint.toURL().openConnection(Proxy.NO_PROXY);
    try {
      connection.setRequestProperty("Metadata", "true");
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout((int) timeout.toMillis());
      connection.setReadTimeout((int) timeout.toMillis());
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("HTTP status " + connection.getResponseCode());
      }
      try (InputStream body = connection.getInputStream()) {
        return read(body, begun);
      }
    } finally {
      connection.disconnect();
    }
  }

  private byte[] read(InputStream body, long begun) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    for (int length = body.read(part); length >= 0; length = body.read(part)) {
      whole.write(part, 0, length);
      if (whole.size() > MAX_BYTES) {
        throw new IOException("answer must be at most " + MAX_BYTES + " bytes");
      }
      if (System.nanoTime() - begun > timeout.toNanos() * 2) {
        throw new IOException("answer not complete in time");
      }
    }
    return whole.toByteArray();
  }

  /** Takes {@code [].ipv4.subnet[].{address, prefix}} out of the service's answer. */
  private Candidates subnets(JsonNode interfaces) throws IOException {
    List<Candidates> found = new ArrayList<>();
    int size = 0;
    for (JsonNode network : interfaces) {
      for (JsonNode subnet : network.path("ipv4").path("subnet")) {
        String text = subnet.path("address").asText() + "/" + subnet.path("prefix").asText();
        Candidates hosts = Candidates.of(Subnet.parse(text), port);
        size += hosts.size();
        found.add(hosts);
      }
    }
    if (found.isEmpty()) {
      throw new IOException("answer names no IPv4 subnet");
    }
    if (size > Candidates.MAX_SIZE) {
      throw new IOException(
          "subnets must have at most " + Candidates.MAX_SIZE + " hosts together, had " + size);
    }
    return Candidates.all(found);
  }
}
