package io.beethoven.actors.control;

import io.beethoven.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/** Where a node's control socket lies. */
public final class ControlSocket {

  /** The longest path that Linux takes for a socket, in bytes. */
  static final int MAX_PATH_BYTES = 107;

  private static final String SUFFIX = ".sock";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]+");

  private static final Pattern HASHED = Pattern.compile("[0-9a-f]{16}\\.sock");

  private ControlSocket() {}

  /**
   * Returns the runtime directory of this process's user: {@code $XDG_RUNTIME_DIR} where it is a
   * directory that can be written to, otherwise one of the user's own among the temporary files.
   *
   * @return an absolute path
   */
  public static Path defaultDirectory() {
    return defaultDirectory(
        System.getenv(), System.getProperty("java.io.tmpdir"), System.getProperty("user.name"));
  }

  static Path defaultDirectory(Map<String, String> environment, String temporary, String user) {
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isBlank()) {
      Path directory = Path.of(runtime);
      if (directory.isAbsolute() && Files.isDirectory(directory) && Files.isWritable(directory)) {
        return directory;
      }
    }
    String owner = PLAIN.matcher(user).matches() ? user : hash(user);
    return Path.of(temporary).toAbsolutePath().resolve("beethoven-" + owner);
  }

  /**
   * Returns the directory that holds the sockets.
   *
   * @param runtimeDirectory the runtime directory
   * @return {@code beethoven} below it
   */
  public static Path directory(Path runtimeDirectory) {
    return runtimeDirectory.toAbsolutePath().resolve("beethoven");
  }

  /**
   * Returns the path of a node's socket. Its name is {@code <cluster>-<host>-<port>.sock}, or a
   * hash of that where it would be too long or holds other characters than letters, digits, dots,
   * dashes and underscores.
   *
   * @param runtimeDirectory the runtime directory
   * @param cluster the cluster's name
   * @param node the node
   * @return the path
   * @throws IllegalArgumentException if the path is too long even so
   */
  public static Path path(Path runtimeDirectory, String cluster, NodeId node) {
    Path directory = directory(runtimeDirectory);
    String name = cluster + "-" + node.host() + "-" + node.port();
    if (PLAIN.matcher(name).matches()) {
      Path plain = directory.resolve(name + SUFFIX);
      if (fits(plain)) {
        return plain;
      }
    }
    Path hashed = directory.resolve(hash(name) + SUFFIX);
    if (!fits(hashed)) {
      throw new IllegalArgumentException(
          "beethoven.control.directory must leave the socket's path at "
              + MAX_PATH_BYTES
              + " bytes, was \""
              + runtimeDirectory
              + "\"");
    }
    return hashed;
  }

  /** Returns how the name of a node's socket ends unless it is a hash. */
  static String suffix(NodeId node) {
    return "-" + node.host() + "-" + node.port() + SUFFIX;
  }

  /** Tells whether a socket's name is a hash, which does not tell whose it is. */
  static boolean isHashed(Path path) {
    Path name = path.getFileName();
    return name != null && HASHED.matcher(name.toString()).matches();
  }

  static boolean isSocketName(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().endsWith(SUFFIX);
  }

  private static boolean fits(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
