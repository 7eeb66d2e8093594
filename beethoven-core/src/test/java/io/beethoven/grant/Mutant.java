package io.beethoven.grant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The core with one deliberate defect: one snippet of one source file is another, the file is
 * compiled in memory, and the simulation is loaded together with it. Production code knows nothing
 * of this.
 */
final class Mutant {

  private static final Path SOURCES = Path.of("src/main/java");
  private static final String OWN = "io.beethoven.";

  private final BiFunction<String, Long, @Nullable String> runner;

  private Mutant(BiFunction<String, Long, @Nullable String> runner) {
    this.runner = runner;
  }

  /**
   * Makes one.
   *
   * @throws IllegalStateException if the snippet does not occur exactly once, or if the changed
   *     file does not compile
   */
  static Mutant of(Defect defect) {
    Map<String, byte[]> changed = compile(defect);
    return new Mutant(load(changed));
  }

  /**
   * Runs a seed or a schedule with it.
   *
   * @param what the name of a schedule, or {@link MutantRun#RANDOM}
   * @return what does not hold; null if nothing shows
   */
  @Nullable String run(String what, long seed) {
    return runner.apply(what, seed);
  }

  private static Map<String, String> changedSources(Defect defect) {
    Map<String, String> sources = new HashMap<>();
    for (Defect.Change change : defect.changes()) {
      String source = sources.computeIfAbsent(change.file(), Mutant::read);
      int first = source.indexOf(change.snippet());
      if (first < 0 || source.indexOf(change.snippet(), first + 1) >= 0) {
        throw new IllegalStateException(
            "the snippet of " + defect + " must occur exactly once in " + change.file());
      }
      sources.put(change.file(), source.replace(change.snippet(), change.replacement()));
    }
    return sources;
  }

  private static String read(String file) {
    try {
      return Files.readString(SOURCES.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> compile(Defect defect) {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    Map<String, ByteArrayOutputStream> classes = new HashMap<>();
    StringWriter problems = new StringWriter();
    List<Source> sources = new ArrayList<>();
    changedSources(defect).forEach((file, text) -> sources.add(new Source(file, text)));
    try (StandardJavaFileManager standard =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        JavaFileManager inMemory = new InMemory(standard, classes)) {
      List<String> options = List.of("-proc:none", "-nowarn");
      if (!compiler.getTask(problems, inMemory, null, options, null, sources).call()) {
        throw new IllegalStateException(defect + " does not compile: " + problems);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, byte[]> bytes = new HashMap<>();
    classes.forEach((name, out) -> bytes.put(name, out.toByteArray()));
    return bytes;
  }

  @SuppressWarnings("unchecked")
  private static BiFunction<String, Long, @Nullable String> load(Map<String, byte[]> changed) {
    try {
      Class<?> entry = new ChildFirst(changed).loadClass(MutantRun.class.getName());
      return (BiFunction<String, Long, @Nullable String>)
          entry.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(URI.create("string:///" + file), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    InMemory(StandardJavaFileManager standard, Map<String, ByteArrayOutputStream> classes) {
      super(standard);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        javax.tools.@Nullable FileObject sibling) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      classes.put(className, out);
      return new SimpleJavaFileObject(URI.create("bytes:///" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          return out;
        }
      };
    }
  }

  /** Loads everything of the project anew, so that it sees the changed classes. */
  private static final class ChildFirst extends ClassLoader {
    private final Map<String, byte[]> changed;

    ChildFirst(Map<String, byte[]> changed) {
      super(Mutant.class.getClassLoader());
      this.changed = changed;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        if (known != null) {
          return known;
        }
        if (!name.startsWith(OWN)) {
          return super.loadClass(name, resolve);
        }
        byte[] bytes = changed.containsKey(name) ? changed.get(name) : bytesOf(name);
        return defineClass(name, bytes, 0, bytes.length);
      }
    }

    private byte[] bytesOf(String name) throws ClassNotFoundException {
      String resource = name.replace('.', '/') + ".class";
      try (InputStream in = getParent().getResourceAsStream(resource)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
