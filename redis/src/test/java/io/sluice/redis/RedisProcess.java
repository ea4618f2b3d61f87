package io.sluice.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A real server for a test, on a port that the system chose: Debian's {@code redis-server}, or what
 * {@code REDIS_SERVER} names, else the one that embedded-redis brings.
 *
 * <p>One caller at a time.
 */
public final class RedisProcess implements AutoCloseable {

  private static final int ATTEMPTS = 5;

  private final Path directory;
  private final int port;
  private final List<String> options;
  private @Nullable Process process;

  private RedisProcess(Path directory, int port, List<String> options) {
    this.directory = directory;
    this.port = port;
    this.options = options;
  }

  /**
   * Starts one that keeps nothing on disk, unless options say otherwise.
   *
   * @param directory for its files and its log; is its own
   * @param options as on the command line: {@code "--appendonly", "yes"}
   */
  public static RedisProcess start(Path directory, String... options) {
    try {
      Files.createDirectories(directory);
      for (int i = 0; i < ATTEMPTS; i++) {
        RedisProcess server = new RedisProcess(directory, freePort(), List.of(options));
        if (server.launch()) {
          return server;
        }
      }
      throw new IllegalStateException(
          "no Redis server starts here: " + Files.readString(directory.resolve("redis.log")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port that nobody has at this moment. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a program of Debian's is, if it is there: {@code redis-sentinel}, say. */
  public static Optional<Path> program(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin");
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, name);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static String executable() throws IOException {
    String named = System.getenv("REDIS_SERVER");
    if (named != null) {
      return named;
    }
    Optional<Path> installed = program("redis-server");
    if (installed.isPresent()) {
      return installed.get().toString();
    }
    System.out.println("no redis-server is installed: tests use the one of embedded-redis");
    return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
  }

  private boolean launch() throws IOException {
    List<String> command = new ArrayList<>(List.of(executable()));
    command.addAll(
        List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", directory.toString()));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--daemonize", "no"));
    command.addAll(options);
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()))
            .start();
    process = started;
    while (started.isAlive()) {
      if (answers()) {
        return true;
      }
      awaitMoment(started);
    }
    return false;
  }

  private static void awaitMoment(Process started) {
    try {
      // Waits for its end, which is what would be news; else looks again.
      if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Redis starts", e);
    }
  }

  // Any answer means that it listens; -LOADING that it isn't ready.
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      String text = new String(answer, StandardCharsets.US_ASCII);
      return text.startsWith("+PONG") || text.startsWith("-NOAU");
    } catch (IOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  /** Its URL, without a user. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Its directory: dumps and append-only files. */
  public Path directory() {
    return directory;
  }

  /** Ends it at once, as a crash would (SIGKILL). */
  public void kill() {
    end(true);
  }

  /** Ends it in order (SIGTERM): it writes a dump, if it has to. */
  public void stop() {
    end(false);
  }

  private void end(boolean atOnce) {
    Process running = process;
    process = null;
    if (running == null) {
      return;
    }
    if (atOnce) {
      running.destroyForcibly();
    } else {
      running.destroy();
    }
    try {
      running.waitFor();
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Starts it again on the same port and files, after {@link #kill} or {@link #stop}. */
  public void restart() {
    try {
      if (!launch()) {
        throw new IllegalStateException(
            "Redis doesn't start again: " + Files.readString(directory.resolve("redis.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it where it stands (SIGSTOP): its sockets stay open, and nothing answers. */
  public void pause() {
    signal("-STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String which) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("it doesn't run");
    }
    try {
      int code = new ProcessBuilder("kill", which, "" + running.pid()).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill " + which + " ended with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      // A process that is stopped takes no other signal than this one.
      kill();
    }
  }
}
