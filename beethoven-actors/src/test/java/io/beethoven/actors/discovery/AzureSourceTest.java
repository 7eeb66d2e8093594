package io.beethoven.actors.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.beethoven.discovery.Candidates;
import io.beethoven.discovery.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AzureSourceTest extends CandidateSourceConformance {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** As the service documents it. */
  private static final String INTERFACES =
      """
      [{"ipv4":{"ipAddress":[{"privateIpAddress":"10.0.0.4","publicIpAddress":""}],
                "subnet":[{"address":"10.0.0.0","prefix":"24"}]},
        "ipv6":{"ipAddress":[]},"macAddress":"0022480A1B2C"},
       {"ipv4":{"ipAddress":[{"privateIpAddress":"10.2.0.4","publicIpAddress":""}],
                "subnet":[{"address":"10.2.0.0","prefix":"29"},{"address":"10.0.0.0","prefix":"24"}]},
        "ipv6":{"ipAddress":[]},"macAddress":"0022480A1B2D"}]
      """;

  private final ExecutorService blocking = Executors.newCachedThreadPool();
  private final AtomicReference<String> body = new AtomicReference<>(INTERFACES);
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private @Nullable ServerSocket mute;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/metadata", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() throws IOException {
    server.stop(0);
    if (mute != null) {
      mute.close();
    }
    blocking.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    boolean asked = "true".equals(exchange.getRequestHeaders().getFirst("Metadata"));
    byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(asked ? 200 : 400, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private AzureSource asking(int port) {
    URI endpoint = URI.create("http://127.0.0.1:" + port + "/metadata/interface?api-version=1");
    return new AzureSource(endpoint, 33000, TIMEOUT, blocking);
  }

  private AzureSource asking() {
    return asking(server.getAddress().getPort());
  }

  private static String subnet(String address, String prefix) {
    return "{\"ipv4\":{\"subnet\":[{\"address\":\"%s\",\"prefix\":\"%s\"}]}}"
        .formatted(address, prefix);
  }

  private static Candidates latest(CandidateSource source) {
    return source.candidates().toCompletableFuture().join();
  }

  private static void awaitSize(CandidateSource source, int size) {
    await().atMost(BOUND).until(() -> latest(source).size() == size);
  }

  /** Lets so many requests come and go. */
  private void awaitRequests(CandidateSource source, int more) {
    int goal = requests.get() + more;
    await()
        .atMost(BOUND)
        .until(
            () -> {
              latest(source);
              return requests.get() >= goal;
            });
  }

  @Override
  CandidateSource source() {
    AzureSource source = asking();
    await().atMost(BOUND).until(() -> latest(source).size() > 0);
    return source;
  }

  /** Accepts connections and says nothing. */
  @Override
  CandidateSource silent() throws IOException {
    mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    return asking(mute.getLocalPort());
  }

  @Override
  CandidateSource broken() {
    body.set("<html>");
    return asking();
  }

  @Test
  void shouldNameNobodyAtFirstAndTheSubnetsLaterWhenTheServiceAnswers() {
    AzureSource source = asking();
    assertThat(latest(source).size()).isZero();

    awaitSize(source, 254 + 6);

    Candidates candidates = latest(source);
    assertThat(candidates.at(0)).isEqualTo(new Endpoint("10.0.0.1", 33000));
    assertThat(candidates.at(254)).isEqualTo(new Endpoint("10.2.0.1", 33000));
  }

  @Test
  void shouldKeepWhatItKnowsWhenTheServiceFails() {
    for (String bad :
        new String[] {
          "",
          "nonsense",
          "[]",
          "{}",
          "[" + subnet("10.0.0.0", "8") + "]",
          "[" + subnet("fd00::", "24") + "]",
          "[" + subnet("10.0.0.0", "16") + "," + subnet("10.1.0.0", "16") + "]",
          "\"" + "x".repeat(300_000) + "\""
        }) {
      body.set(INTERFACES);
      AzureSource source = asking();
      awaitSize(source, 260);

      body.set(bad);
      awaitRequests(source, 3);

      assertThat(latest(source).size())
          .as(bad.substring(0, Math.min(80, bad.length())))
          .isEqualTo(260);
    }
  }

  @Test
  void shouldTakeUpANewAnswerWhenTheSubnetsHaveChanged() {
    AzureSource source = asking();
    awaitSize(source, 260);

    body.set("[" + subnet("10.9.0.7", "30") + "]");

    awaitSize(source, 2);
  }

  @Test
  void shouldNameNobodyWhenNothingListens() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    AzureSource source = asking(port);
    for (int i = 0; i < 10; i++) {
      assertThat(latest(source).size()).isZero();
    }
  }
}
