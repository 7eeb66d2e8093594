package io.beethoven.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.beethoven.diagnosis.Diagnosis.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the documentation of the findings to the findings that there are. */
class DoctorPageTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "doctor.md");

  @Test
  void shouldExplainEveryFindingAndNoOther() throws IOException {
    List<String> explained =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring("### ".length()))
            .toList();

    assertThat(explained)
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(Kind.values()).map(Kind::text).toList());
  }
}
