package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands and a server that speaks TLS. */
@Timeout(60)
class TlsClientIT {

  private static final FakeServer.Answer PUBLISHED =
      FakeServer.status(200, "application/json", "{\"id\":\"k3f9-18\"}");

  @TempDir private static Path folder;
  private static TestCertificate certificate;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.make(folder);
  }

  @Test
  void serverWithTheCertificateGivenIsTrusted() throws IOException {
    try (FakeServer server = FakeServer.encrypted(certificate.context(), PUBLISHED)) {
      CommandRun run = publish(server, "--cacert", certificate.certificate().toString());
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).startsWith("k3f9-18");
    }
    try (FakeServer server =
        FakeServer.encrypted(
            certificate.context(), FakeServer.silentAfter("id: e-1\ndata: hello\n\n"))) {
      CommandRun run =
          CommandRun.of(
              new SubscribeCommand(new Random(1), pause -> {}, InstantSource.system()),
              CommandRun.at(
                  server.url(),
                  "news",
                  "--count",
                  "1",
                  "--cacert",
                  certificate.certificate().toString()));
      assertThat(run.out()).contains("hello");
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void serverThatNobodyVouchesForIsSentNothing() throws IOException {
    try (FakeServer server = FakeServer.encrypted(certificate.context(), PUBLISHED)) {
      CommandRun run = publish(server);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("its certificate isn't from anybody trusted", "--cacert");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void certificateOfAnotherHostIsNotTrusted() throws IOException {
    try (FakeServer server = FakeServer.encrypted(certificate.context(), PUBLISHED)) {
      String url = server.url().replace("127.0.0.1", "localhost");
      CommandRun run =
          CommandRun.of(
              command(),
              CommandRun.at(url, "news", "x", "--cacert", certificate.certificate().toString()));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("TLS failed", "localhost");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void fileWithoutCertificatesIsWrongUsage() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "hello");
    Path empty = Files.writeString(folder.resolve("empty"), "");
    for (Path file : new Path[] {text, empty, folder.resolve("nowhere")}) {
      CommandRun run = CommandRun.of(command(), "news", "x", "--cacert", file.toString());
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).startsWith("sluice: --cacert: ").contains(file.toString());
    }
  }

  private static CommandRun publish(FakeServer server, String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "news";
    all[1] = "x";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return CommandRun.of(command(), CommandRun.at(server.url(), all));
  }

  private static PublishCommand command() {
    return new PublishCommand(new ByteArrayInputStream(new byte[0]), new Random(1), pause -> {});
  }
}
