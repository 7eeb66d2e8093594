package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsSourceTest extends CandidateSourceConformance {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(10);

  private final ExecutorService blocking = Executors.newCachedThreadPool();
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void stopThreads() {
    blocking.shutdownNow();
  }

  private CandidateSource resolvedBy(NameResolver resolver) {
    return new DnsSource("peers.example", 33000, LONG, resolver, blocking);
  }

  @Override
  CandidateSource source() throws IOException {
    List<InetAddress> addresses = addresses("127.0.0.3", "127.0.0.1");
    return resolvedBy(name -> addresses);
  }

  @Override
  CandidateSource silent() {
    return new DnsSource("peers.example", 33000, SHORT, this::block, blocking);
  }

  @Override
  CandidateSource broken() {
    return resolvedBy(
        name -> {
          throw new IllegalStateException("nonsense");
        });
  }

  private List<InetAddress> block(String name) throws IOException {
    try {
      never.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return List.of();
  }

  private static List<InetAddress> addresses(String... texts) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String text : texts) {
      addresses.add(InetAddress.getByName(text));
    }
    return addresses;
  }

  private static List<String> hosts(CandidateSource source) throws Exception {
    Candidates candidates =
        source.candidates().toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
    return IntStream.range(0, candidates.size())
        .mapToObj(candidates::at)
        .map(Endpoint::host)
        .toList();
  }

  @Test
  void shouldNameAllIpv4AddressesInOrderWhenTheNameHasSeveral() throws Exception {
    List<InetAddress> answer = addresses("127.0.0.9", "fd00::7", "127.0.0.2", "127.0.0.9");

    assertThat(hosts(resolvedBy(name -> answer))).containsExactly("127.0.0.2", "127.0.0.9");
  }

  @Test
  void shouldResolveAnewWhenAskedAgain() throws Exception {
    List<List<InetAddress>> answers =
        List.of(addresses("127.0.0.1"), addresses("127.0.0.1", "127.0.0.2"));
    AtomicInteger lookups = new AtomicInteger();
    CandidateSource source = resolvedBy(name -> answers.get(lookups.getAndIncrement()));

    assertThat(hosts(source)).containsExactly("127.0.0.1");
    assertThat(hosts(source)).containsExactly("127.0.0.1", "127.0.0.2");
  }

  @Test
  void shouldLookUpOnceWhenAskedWhileOneIsUnderWay() throws Exception {
    AtomicInteger lookups = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    List<InetAddress> answer = addresses("127.0.0.1");
    CandidateSource source =
        resolvedBy(
            name -> {
              lookups.incrementAndGet();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return answer;
            });
    List<CompletionStage<Candidates>> stages =
        IntStream.range(0, 20).mapToObj(i -> source.candidates()).toList();
    go.countDown();

    for (CompletionStage<Candidates> stage : stages) {
      assertThat(stage.toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS).size())
          .isOne();
    }
    assertThat(lookups).hasValue(1);
  }

  @Test
  void shouldFailWhenTheNameIsNotKnown() {
    CandidateSource source =
        resolvedBy(
            name -> {
              throw new UnknownHostException(name);
            });

    assertThatThrownBy(() -> hosts(source)).hasStackTraceContaining("peers.example");
  }

  @Test
  void shouldFailInTimeAndAnswerLaterWhenALookupHangs() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    List<InetAddress> answer = addresses("127.0.0.1");
    CandidateSource source =
        new DnsSource(
            "peers.example",
            33000,
            SHORT,
            name -> {
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return answer;
            },
            blocking);
    assertThatThrownBy(() -> hosts(source)).hasStackTraceContaining("TimeoutException");
    go.countDown();

    await().atMost(LONG).ignoreExceptions().until(() -> hosts(source).equals(List.of("127.0.0.1")));
  }

  @Test
  void shouldFailWhenThereIsNoThreadForIt() {
    blocking.shutdownNow();

    assertThatThrownBy(() -> hosts(resolvedBy(name -> List.of())))
        .hasStackTraceContaining("RejectedExecutionException");
  }

  @Test
  void shouldResolveLocalhostWhenThisMachineIsAsked() throws Exception {
    CandidateSource source =
        new DnsSource("localhost", 33000, LONG, NameServers.ofThisMachine(), blocking);

    assertThat(hosts(source)).contains("127.0.0.1");
  }
}
