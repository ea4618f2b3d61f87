package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as people run it: a process, its output, its exit code. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServeCommandIT {

  private @Nullable Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void greetsServesAndEndsWithCode0OnSigterm() throws Exception {
    Process serving = start("serve", "--port", "0", "--drain", "2s");
    try (BufferedReader said = serving.inputReader(UTF_8);
        HttpClient client = HttpClient.newHttpClient()) {
      String address = said.readLine().replace("Sluice listens on ", "");
      URI news = URI.create(address + "/events/news");

      HttpResponse<String> published =
          client.send(
              HttpRequest.newBuilder(news).POST(BodyPublishers.ofString("hello")).build(),
              BodyHandlers.ofString());
      assertThat(published.statusCode()).isEqualTo(200);

      HttpResponse<Stream<String>> stream =
          client.send(
              HttpRequest.newBuilder(URI.create(news + "?since=earliest")).build(),
              BodyHandlers.ofLines());
      assertThat(stream.statusCode()).isEqualTo(200);
      Iterator<String> lines = stream.body().iterator();
      awaitLine(lines, "data: hello");

      serving.toHandle().destroy(); // SIGTERM, and leaves the streams open
      // The stream gets a moment of its own to come back, and its end.
      assertThat(remaining(lines)).anyMatch(line -> line.startsWith("retry: "));
      assertThat(serving.waitFor()).isZero();
      assertThat(said.lines()).anyMatch(line -> line.endsWith("curl -N " + news));
    }
  }

  @Test
  void addressInUseIsToldWithExitCode1() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process failed = start("serve", "--port", String.valueOf(taken.getLocalPort()));

      assertThat(failed.errorReader(UTF_8).lines())
          .anyMatch(
              line ->
                  line.startsWith(
                      "Sluice can't listen on 127.0.0.1:" + taken.getLocalPort() + ": "));
      assertThat(failed.waitFor()).isEqualTo(1);
    }
  }

  @Test
  void hostThatDoesNotExistIsToldWithExitCode1() throws Exception {
    Process failed = start("serve", "--listen", "nowhere.invalid:0", "--insecure");

    assertThat(failed.errorReader(UTF_8).lines())
        .contains("Sluice can't listen on nowhere.invalid:0: the name has no address");
    assertThat(failed.waitFor()).isEqualTo(1);
  }

  @Test
  void wrongSettingsAreToldWithExitCode2() throws Exception {
    Process failed = start("serve", "--drain", "never");

    assertThat(failed.errorReader(UTF_8).lines())
        .contains("A setting is wrong:")
        .anyMatch(line -> line.startsWith("  drain: never is not a duration (--drain)"));
    assertThat(failed.waitFor()).isEqualTo(2);
  }

  @Test
  void encryptedAndGuardedHubServesWhoShowsATokenOfTheCommandLine(@TempDir Path folder)
      throws Exception {
    TestCertificate certificate = TestCertificate.make(folder);
    Path secret =
        Files.writeString(folder.resolve("secret"), "a secret of more than thirty-two bytes\n");
    Process serving =
        start(
            "serve",
            "--port=0",
            "--tls.certificate=" + certificate.certificate(),
            "--tls.key=" + certificate.key(),
            "--identity.tokens.secret-file=" + secret);
    try (BufferedReader said = serving.inputReader(UTF_8)) {
      String address = said.readLine().replace("Sluice listens on ", "");
      assertThat(address).startsWith("https://127.0.0.1:");
      CommandRun made =
          CommandRun.of(
              new TokenCommand(),
              "alice",
              "--subscribe",
              "news",
              "--publish",
              "news",
              "--secret-file",
              secret.toString());
      String[] ofAlice = {
        "--url",
        address,
        "--cacert",
        certificate.certificate().toString(),
        "--token",
        made.out().strip()
      };
      CommandRun published = CommandRun.of(new PublishCommand(), with(ofAlice, "news", "hello"));
      assertThat(published.err()).isEmpty();
      CommandRun read =
          CommandRun.of(
              new SubscribeCommand(), with(ofAlice, "news", "--last", "1", "--count", "1"));
      assertThat(read.out()).contains("hello");

      CommandRun denied = CommandRun.of(new SubscribeCommand(), with(ofAlice, "users/bob/private"));
      assertThat(denied.exitCode()).isEqualTo(1);
      assertThat(denied.err()).contains("users/bob/private", "(HTTP 403)");
      CommandRun unknown =
          CommandRun.of(
              new SubscribeCommand(),
              "--url",
              address,
              "--cacert",
              certificate.certificate().toString(),
              "--token",
              made.out().strip() + "x",
              "news");
      assertThat(unknown.exitCode()).isEqualTo(1);
      assertThat(unknown.err()).contains("(HTTP 401)").doesNotContain(made.out().strip());
    }
  }

  @Test
  void devCertificateIsToldInTheGreeting() throws Exception {
    Process serving = start("serve", "--port", "0", "--tls-dev");
    try (BufferedReader said = serving.inputReader(UTF_8)) {
      assertThat(said.readLine()).startsWith("Sluice listens on https://127.0.0.1:");
    }
  }

  @Test
  void certificateThatCannotBeUsedIsToldInALineWithExitCode2(@TempDir Path folder)
      throws Exception {
    Path text = Files.writeString(folder.resolve("text.pem"), "hello");
    Process failed = start("serve", "--port=0", "--tls.certificate=" + text, "--tls.key=" + text);

    List<String> told = failed.errorReader(UTF_8).lines().toList();
    assertThat(told)
        .contains("A setting is wrong:")
        .anyMatch(line -> line.startsWith("  tls: ") && line.contains(text.toString()))
        .noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
    assertThat(failed.waitFor()).isEqualTo(2);
  }

  @Test
  void fileOfKeysThatCannotBeUsedIsToldInALineWithExitCode2(@TempDir Path folder) throws Exception {
    Path text = Files.writeString(folder.resolve("text.pem"), "hello");
    Process failed = start("serve", "--port=0", "--identity.tokens.keys-files=" + text);

    List<String> told = failed.errorReader(UTF_8).lines().toList();
    assertThat(told)
        .contains("A setting is wrong:")
        .anyMatch(line -> line.contains(text.toString()))
        .noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
    assertThat(failed.waitFor()).isEqualTo(2);
  }

  private static String[] with(String[] some, String... more) {
    return Stream.of(some, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private static void awaitLine(Iterator<String> lines, String expected) {
    while (!lines.next().equals(expected)) {
      // What comes before it is the server's own.
    }
  }

  private static List<String> remaining(Iterator<String> lines) {
    List<String> remaining = new ArrayList<>();
    lines.forEachRemaining(remaining::add);
    return remaining;
  }

  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Sluice.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
    builder.environment().remove("PORT");
    process = builder.start();
    return process;
  }
}
