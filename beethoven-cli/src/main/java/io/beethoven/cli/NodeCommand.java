package io.beethoven.cli;

import com.typesafe.config.Config;
import io.beethoven.Beethoven;
import io.beethoven.Role;
import io.beethoven.testkit.EventLines;
import io.beethoven.testkit.NodeOutput;
import io.beethoven.testkit.NodeRunner;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code beethoven node}: runs one node until SIGTERM. */
@Command(
    name = "node",
    description = {
      "Run one node until SIGTERM or Ctrl-C, upon which it leaves in good order.",
      "What is not said here is taken from system properties (in JAVA_OPTS), the environment",
      "(BEETHOVEN_…) and the configuration file."
    },
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final SettingsOptions settings = new SettingsOptions();

  @Option(
      names = "--classpath",
      paramLabel = "JARS",
      description = "Jars and folders with the roles' classes, separated as in a class path.")
  private @Nullable String classPath;

  @Option(
      names = "--role",
      paramLabel = "NAME=COUNT",
      description = "A role that prints a line per second, such as ticker=2; may be repeated.")
  private Map<String, Integer> roles = new LinkedHashMap<>();

  @Option(names = "--json", description = "Print one JSON object per event.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (classPath != null) {
      Thread.currentThread().setContextClassLoader(classLoader(classPath));
    }
    NodeOutput output = json ? EventLines.standard() : new PlainNodeOutput(System.out);
    Config config = settings.application();
    NodeRunner.run(() -> start(config, output), output);
    return 0;
  }

  private Beethoven start(Config config, NodeOutput output) {
    var builder = Beethoven.builder().config(config);
    settings.said().forEach(builder::set);
    roles.forEach((role, count) -> builder.role(Role.task(role, new Ticker(output)).count(count)));
    return builder.start();
  }

  /** Jars and folders; a missing one is refused, since it would only show as a missing class. */
  private URLClassLoader classLoader(String paths) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String path : paths.split(File.pathSeparator, -1)) {
      if (!Files.exists(Path.of(path))) {
        throw new ParameterException(spec.commandLine(), "--classpath: no file " + path);
      }
      urls.add(Path.of(path).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), NodeCommand.class.getClassLoader());
  }
}
