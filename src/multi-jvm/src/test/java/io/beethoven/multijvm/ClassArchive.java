package io.beethoven.multijvm;

import io.beethoven.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The classes of a node, loaded and linked once for all nodes that these tests start, which halves
 * what starting one costs. The JVM takes jars into an archive and no folders, so there is none
 * where the modules are not packed, and nodes then start without it.
 *
 * @param classPath jars only
 * @param file the archive
 */
record ClassArchive(String classPath, Path file) {

  private static final int TRAINING_SECONDS = 60;

  /** Tells the JVMs apart that run test classes beside each other. */
  private static final String FORK = System.getProperty("surefire.forkNumber", "1");

  private static final Optional<ClassArchive> OURS = make();

  /** Returns the archive of this run, or empty if there is none. */
  static Optional<ClassArchive> ours() {
    return OURS;
  }

  private static Optional<ClassArchive> make() {
    // This module's own folders hold no class of a node's.
    List<String> others =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.startsWith(Path.of("target").toAbsolutePath().toString()))
            .toList();
    if (others.stream().anyMatch(entry -> Files.isDirectory(Path.of(entry)))) {
      return Optional.empty();
    }
    String classPath = String.join(File.pathSeparator, others);
    Path file = Path.of("target", "nodes-" + FORK + ".jsa").toAbsolutePath();
    try {
      Files.deleteIfExists(file);
      return train(classPath, file) && Files.exists(file)
          ? Optional.of(new ClassArchive(classPath, file))
          : Optional.empty();
    } catch (IOException e) {
      System.err.println("no class archive: " + e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static boolean train(String classPath, Path file)
      throws IOException, InterruptedException {
    Process training =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ArchiveClassesAtExit=" + file,
                "-cp",
                classPath,
                Main.class.getName(),
                "train")
            .redirectErrorStream(true)
            .redirectOutput(Path.of(file + ".log").toFile())
            .start();
    try {
      training.getOutputStream().close();
      return training.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS) && training.exitValue() == 0;
    } finally {
      training.destroyForcibly();
    }
  }
}
