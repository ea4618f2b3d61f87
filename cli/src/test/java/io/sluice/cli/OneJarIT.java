package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as one jar, carried to a folder of its own. */
@Timeout(60)
class OneJarIT {

  private static final Path JAR = Path.of("target", "sluice.jar");
  private static final String GREETING = "Sluice listens on ";

  @Test
  void itServesWithAFileAndSaysItsVersion(@TempDir Path elsewhere)
      throws IOException, InterruptedException {
    Path jar = Files.copy(JAR, elsewhere.resolve("sluice.jar"));

    assertThat(said(start(jar, "--version"))).startsWith("sluice 0.");

    Process hub =
        start(jar, "serve", "--port", "0", "--data", elsewhere.resolve("data").toString());
    try (BufferedReader out = hub.inputReader(UTF_8);
        HttpClient client = HttpClient.newHttpClient()) {
      String line = out.readLine();
      assertThat(line).as("what it said first").startsWith(GREETING);
      String url = line.substring(GREETING.length());
      HttpRequest publish =
          HttpRequest.newBuilder(URI.create(url + "/events/news"))
              .POST(BodyPublishers.ofString("hello"))
              .build();

      assertThat(client.send(publish, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      String history =
          client
              .send(
                  HttpRequest.newBuilder(URI.create(url + "/history/news")).build(),
                  BodyHandlers.ofString())
              .body();
      assertThat(history).contains("hello");
      assertThat(elsewhere.resolve("data").resolve("sluice.db")).exists();
    } finally {
      hub.destroyForcibly();
      hub.waitFor();
    }
  }

  @Test
  void itKeepsTheLicencesOfWhatIsInIt() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
    }
  }

  private static String said(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("exit code, after it said %s", text).isZero();
    return text;
  }

  private static Process start(Path jar, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().remove("PORT");
    return builder.directory(jar.getParent().toFile()).start();
  }
}
