package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.testkit.NodeProcessBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Pods that find each other by a headless service: nodes with the environment of the manifest in
 * {@code deploy/kubernetes.yaml}, in network namespaces, and a real name server that knows the
 * service. Needs root and dnsmasq.
 */
@Tag("netns")
@Timeout(180)
class KubernetesDnsIT {

  private static final int PODS = 3;
  private static final Pattern VARIABLE =
      Pattern.compile("- name: (BEETHOVEN_[A-Z_]+)\\s+value: (\\S+)");
  private static final String CLUSTER_NAME = "BEETHOVEN_CLUSTER_NAME";

  private static final Map<String, String> ENVIRONMENT = environmentOfTheManifest();
  private static final Namespaces NETWORK = Namespaces.create(PODS);

  @RegisterExtension
  static final TestCluster CLUSTER =
      new TestCluster(
          KubernetesDnsIT.class, Map.of("one", 1, "two", 2), KubernetesDnsIT::likeAPod, NETWORK);

  private static NameServer server;

  @BeforeAll
  static void startNameServer() {
    server = NameServer.start(NETWORK, PODS, ENVIRONMENT.get("BEETHOVEN_DISCOVERY_DNS_NAME"));
  }

  @AfterAll
  static void stopNameServer() throws IOException {
    CLUSTER.killAll();
    server.close();
  }

  private static Map<String, String> environmentOfTheManifest() {
    try {
      Matcher matcher =
          VARIABLE.matcher(Files.readString(Path.of("..", "..", "deploy", "kubernetes.yaml")));
      Map<String, String> variables = new TreeMap<>();
      while (matcher.find()) {
        variables.put(matcher.group(1), matcher.group(2));
      }
      return variables;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Neither its address nor a subnet is set; the test's cluster has a name of its own. */
  private static void likeAPod(int number, NodeProcessBuilder node) {
    List<String> launcher = new ArrayList<>(List.of(NETWORK.launcher(number)));
    launcher.add("env");
    ENVIRONMENT.forEach((name, value) -> launcher.add(name + "=" + value));
    node.launcher(launcher.toArray(String[]::new))
        .setting("beethoven.node.host", "")
        .setting("beethoven.discovery.subnet", "");
  }

  @Test
  void shouldFormOneClusterByTheNameOfAHeadlessService() {
    assertThat(ENVIRONMENT)
        .containsKeys(CLUSTER_NAME, "BEETHOVEN_DISCOVERY_DNS_NAME", "BEETHOVEN_SECURITY_MODE");
    CLUSTER.start(1, 2);
    TestCluster.measured("formation of 2 by DNS", CLUSTER.awaitWhole(TestCluster.WHOLE));
    long since = System.nanoTime();

    CLUSTER.start(3);
    CLUSTER.awaitWhole(TestCluster.WHOLE);

    CLUSTER.assertNeverMoreThanCounted(since);
  }
}
