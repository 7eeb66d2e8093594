package io.beethoven;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.beethoven.actors.discovery.InterfaceAddresses.InterfaceAddress;
import io.beethoven.actors.settings.BeethovenSettings;
import io.beethoven.discovery.Ipv4Address;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Compiles what the README and the page about discovery show, and looks where links lead. */
class ReadmeTest {

  private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
  private static final Path PAGE = ROOT.resolve("README.md");
  private static final Path DISCOVERY = ROOT.resolve("docs").resolve("discovery.md");

  /** What a reader would import, and the surroundings that a snippet takes for granted. */
  private static final String BEFORE =
      """
      import com.typesafe.config.*;
      import io.beethoven.*;
      import io.beethoven.actors.*;
      import io.beethoven.actors.protocol.*;
      import io.beethoven.actors.settings.*;
      import io.beethoven.role.*;
      import java.time.Duration;
      import java.util.concurrent.*;
      import org.apache.pekko.actor.typed.*;
      import org.apache.pekko.actor.typed.javadsl.*;
      import org.apache.pekko.cluster.typed.*;

      abstract class Snippet {
        abstract void work(RoleContext context);

        static class Billing implements RoleLifecycle {
          public void start(RoleContext context) {}
          public void stop() {}
        }

        void run(%s) throws Exception {
      """;

  private static final String AFTER = "\n  }\n}\n";

  @TempDir private Path classes;

  @TestFactory
  Stream<DynamicTest> shouldCompileWhenASnippetIsJava() throws IOException {
    List<String> snippets = blocks(PAGE, "java");
    assertThat(snippets).hasSizeGreaterThanOrEqualTo(4);
    List<String> others = blocks(DISCOVERY, "java");
    assertThat(others).isNotEmpty();
    return Stream.concat(snippets.stream(), others.stream())
        .map(
            snippet ->
                DynamicTest.dynamicTest(
                    snippet.lines().findFirst().orElseThrow(),
                    () -> assertThat(errorsOf(snippet)).isEmpty()));
  }

  @Test
  void shouldFindAnErrorWhenASnippetIsWrong() {
    assertThat(errorsOf("Beethoven.builder().noSuchMethod();")).isNotEmpty();
  }

  @Test
  void shouldStayShortWhenTheFirstExampleGrows() throws IOException {
    assertThat(blocks(PAGE, "java").get(0).lines().count()).isLessThanOrEqualTo(15);
  }

  @Test
  void shouldBeValidWhenASnippetIsConfiguration() throws IOException {
    assertThat(blocks(PAGE, "hocon"))
        .singleElement()
        .satisfies(
            snippet ->
                assertThat(
                        BeethovenSettings.parse(
                                ConfigFactory.parseString(snippet),
                                () ->
                                    List.of(
                                        new InterfaceAddress(
                                            "eth0", Ipv4Address.parse("10.0.0.7"))))
                            .roles())
                    .hasSize(1));
  }

  @Test
  void shouldLeadToAFileWhenALinkIsRelative() throws IOException {
    Matcher links = Pattern.compile("\\]\\(([^):#]+)\\)").matcher(Files.readString(PAGE));
    List<String> targets = new ArrayList<>();
    while (links.find()) {
      targets.add(links.group(1));
    }

    assertThat(targets)
        .isNotEmpty()
        .allSatisfy(target -> assertThat(ROOT.resolve(target)).exists());
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    Matcher block =
        Pattern.compile("^```" + language + "\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(page));
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  private List<String> errorsOf(String snippet) {
    List<String> given = new ArrayList<>();
    if (!snippet.contains("Config config =")) {
      given.add("Config config");
    }
    if (snippet.contains("context.spawn(")) {
      given.add("ActorContext<Void> context");
      given.add("ActorRef<GuardianRequest.RolesReply> replyTo");
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-classpath",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "-proc:none",
            "-d",
            classes.toString());
    boolean compiled =
        compiler
            .getTask(
                null,
                null,
                found,
                options,
                null,
                List.of(new Source(BEFORE.formatted(String.join(", ", given)) + snippet + AFTER)))
            .call();
    List<String> errors =
        found.getDiagnostics().stream()
            .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
            .map(diagnostic -> diagnostic.getMessage(null))
            .toList();
    assertThat(compiled).isEqualTo(errors.isEmpty());
    return errors;
  }

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String text) {
      super(URI.create("string:///Snippet.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
