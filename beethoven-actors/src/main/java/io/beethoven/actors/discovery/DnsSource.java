package io.beethoven.actors.discovery;

import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All addresses of a DNS name at one port, resolved anew at each call; such as the name of a
 * Kubernetes headless service.
 *
 * <p>IPv6 addresses are left out, with one warning: nodes speak IPv4 only. At most one lookup is
 * under way; who asks meanwhile gets its answer too.
 */
public final class DnsSource implements CandidateSource {

  private static final Logger LOG = LoggerFactory.getLogger(DnsSource.class);

  private final String name;
  private final int port;
  private final Duration timeout;
  private final NameResolver resolver;
  private final Executor blocking;
  private final AtomicReference<CompletableFuture<Candidates>> underWay =
      new AtomicReference<>(CompletableFuture.completedFuture(Candidates.of(List.of())));
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Creates a source.
   *
   * @param name the DNS name
   * @param port at which the beacons listen, 1 to 65535
   * @param timeout after which an answer fails
   * @param resolver who knows the name
   * @param blocking where the resolver is called
   */
  public DnsSource(
      String name, int port, Duration timeout, NameResolver resolver, Executor blocking) {
    this.name = Objects.requireNonNull(name, "name");
    this.port = port;
    this.timeout = Objects.requireNonNull(timeout, "timeout");
    this.resolver = Objects.requireNonNull(resolver, "resolver");
    this.blocking = Objects.requireNonNull(blocking, "blocking");
  }

  @Override
  public String describe() {
    return "DNS name " + name + " port " + port;
  }

  @Override
  public CompletionStage<Candidates> candidates() {
    CompletableFuture<Candidates> before = current();
    CompletableFuture<Candidates> next = new CompletableFuture<>();
    if (!before.isDone() || !underWay.compareAndSet(before, next)) {
      return bounded(current());
    }
    try {
      blocking.execute(() -> lookUp(next));
    } catch (RuntimeException e) {
      next.completeExceptionally(e);
    }
    return bounded(next);
  }

  private CompletableFuture<Candidates> current() {
    return Objects.requireNonNull(underWay.get());
  }

  private CompletionStage<Candidates> bounded(CompletableFuture<Candidates> lookup) {
    return lookup.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void lookUp(CompletableFuture<Candidates> answer) {
    try {
      answer.complete(Candidates.of(endpoints(resolver.resolve(name))));
    } catch (IOException e) {
      answer.completeExceptionally(new UncheckedIOException(e));
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  /** Sorted, since servers give them in another order each time: that is no change. */
  private List<Endpoint> endpoints(List<InetAddress> addresses) {
    List<InetAddress> usable =
        addresses.stream().filter(Inet4Address.class::isInstance).distinct().toList();
    if (usable.size() < addresses.stream().distinct().count() && !warned.getAndSet(true)) {
      LOG.warn("event=ipv6-left-out name={} addresses={}: IPv6 is not supported", name, addresses);
    }
    return usable.stream()
        .map(address -> new Endpoint(address.getHostAddress(), port))
        .sorted()
        .toList();
  }
}
