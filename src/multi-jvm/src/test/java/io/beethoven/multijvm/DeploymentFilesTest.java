package io.beethoven.multijvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.actors.settings.LifecycleSettings;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What the repository offers for running nodes is well formed. */
class DeploymentFilesTest {

  private static final Path DEPLOY = Path.of("../../deploy");
  private static final Map<String, Schema> SCHEMAS =
      Map.of(
          "v1/Service", V1Service::validateJsonElement,
          "policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "apps/v1/StatefulSet", V1StatefulSet::validateJsonElement);

  private interface Schema {
    void validate(JsonElement json) throws IOException;
  }

  @Test
  void shouldKeepToTheSchemaOfKubernetes() throws IOException {
    Map<String, JsonObject> documents = kubernetes();
    assertThat(documents.keySet()).containsExactlyInAnyOrderElementsOf(SCHEMAS.keySet());

    for (Map.Entry<String, JsonObject> document : documents.entrySet()) {
      SCHEMAS.get(document.getKey()).validate(document.getValue());
    }
  }

  /** The phases of Pekko's coordinated shutdown in which the membership ends, at their longest. */
  private static final int MEMBERSHIP_SECONDS = 7;

  @Test
  void shouldGiveAStopTheTimeThatItMayTake() throws IOException {
    LifecycleSettings times = BeethovenSettings.parse(ConfigFactory.empty()).lifecycle();
    long most =
        times.leaveTimeout().plus(times.terminateTimeout()).toSeconds() + MEMBERSHIP_SECONDS;

    assertThat(
            kubernetes()
                .get("apps/v1/StatefulSet")
                .getAsJsonObject("spec")
                .getAsJsonObject("template")
                .getAsJsonObject("spec")
                .get("terminationGracePeriodSeconds")
                .getAsLong())
        .isGreaterThan(most);
    assertThat(Files.readAllLines(DEPLOY.resolve("beethoven-node.service")))
        .filteredOn(line -> line.startsWith("TimeoutStopSec="))
        .singleElement()
        .satisfies(line -> assertThat(Long.parseLong(line.split("=", 2)[1])).isGreaterThan(most));
  }

  @Test
  void shouldNoticeAMisspeltKey() throws IOException {
    JsonObject set = kubernetes().get("apps/v1/StatefulSet");
    JsonObject pod =
        set.getAsJsonObject("spec").getAsJsonObject("template").getAsJsonObject("spec");
    pod.addProperty("terminationGracePeriod", 40);

    assertThatThrownBy(() -> V1StatefulSet.validateJsonElement(set))
        .hasMessageContaining("terminationGracePeriod");
  }

  private static Map<String, JsonObject> kubernetes() throws IOException {
    Gson gson = new Gson();
    Map<String, JsonObject> documents = new LinkedHashMap<>();
    String text = Files.readString(DEPLOY.resolve("kubernetes.yaml"));
    for (Object document : new Yaml().loadAll(text)) {
      JsonObject json = gson.toJsonTree(document).getAsJsonObject();
      String kind = json.get("apiVersion").getAsString() + "/" + json.get("kind").getAsString();
      documents.put(kind, json);
    }
    return documents;
  }
}
