package io.sluice.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A proxy that runs with one of this directory's configurations.
 *
 * <p>One caller at a time.
 */
final class Proxy implements AutoCloseable {

  private final Process process;
  private final Path said;
  private final int port;

  private Proxy(Process process, Path said, int port) {
    this.process = process;
    this.said = said;
    this.port = port;
  }

  /**
   * Starts one, and waits until it accepts connections.
   *
   * @param said the file for what it says
   * @param port where its configuration lets it listen
   */
  static Proxy start(List<String> command, Path said, int port) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    // Caddy keeps things at home.
    Path home = said.toAbsolutePath().getParent();
    builder.environment().put("HOME", String.valueOf(home));
    builder.environment().put("XDG_DATA_HOME", String.valueOf(home));
    builder.environment().put("XDG_CONFIG_HOME", String.valueOf(home));
    Process process = builder.start();
    Proxy proxy = new Proxy(process, said, port);
    try {
      Awaitility.await().until(proxy::acceptsOrIsGone);
      if (!process.isAlive()) {
        throw new IllegalStateException("it ended: " + Files.readString(said));
      }
      return proxy;
    } catch (RuntimeException | IOException e) {
      proxy.close();
      throw e;
    }
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * A configuration with something else in the place of what stands there.
   *
   * @param pattern what must be there
   */
  static String replaced(String configuration, String pattern, String replacement) {
    Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(configuration);
    if (!matcher.find()) {
      throw new IllegalArgumentException("nothing in the configuration is like " + pattern);
    }
    return matcher.replaceAll(Matcher.quoteReplacement(replacement));
  }

  /** A file of this module. */
  static String read(String file) throws IOException {
    return Files.readString(Path.of(file), UTF_8);
  }

  String url() {
    return "https://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  private boolean acceptsOrIsGone() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return !process.isAlive();
    }
  }

  /** What it has said, for the message of a test that fails. */
  @Override
  public String toString() {
    try {
      return Files.readString(said);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends it, with its own children, which end with it when it ends in order. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
