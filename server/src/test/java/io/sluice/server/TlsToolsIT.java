package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenSSL and curl say to an encrypted port, and certificates that OpenSSL has made. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsToolsIT {

  private static final String GET_AND_CLOSE =
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private final List<Process> running = new ArrayList<>();
  @TempDir private Path folder;
  private TestServer server;

  private void serve(TlsKeys keys) {
    server =
        new TestServer(
            Transport.fastest(1),
            HttpLimits.standard(),
            new Router()
                .route("GET", "/hello", exchange -> exchange.respond(200, Fields.NONE, bytes()))
                .route(
                    "GET",
                    "/events",
                    exchange ->
                        exchange.openStream(
                            Fields.NONE,
                            outlet ->
                                new RecordingOwner(outlet, RecordingOwner.numbered(3, 50), true))),
            keys);
  }

  private static byte[] bytes() {
    return "hello".getBytes(UTF_8);
  }

  private void serveDev() throws IOException {
    TlsKeys keys = TlsKeys.open(new TlsSettings(Optional.empty(), Optional.empty(), true));
    serve(keys);
    Files.writeString(folder.resolve("ca.pem"), Pem.text("CERTIFICATE", encoded(keys)));
  }

  private static byte[] encoded(TlsKeys keys) {
    try {
      return keys.certificate().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String url(String path) {
    return "https://localhost:" + server.listener().address().getPort() + path;
  }

  @AfterEach
  void stop() {
    running.forEach(Process::destroyForcibly);
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"--http2, 2", "--http1.1, 1.1"})
  void curlTrustsTheDevelopmentCertificateAndReadsAStreamToItsEnd(String option, String version)
      throws Exception {
    assumeTrue(has("curl"), "not run: there is no curl here");
    serveDev();

    String got =
        output(
            "curl", "-sS", option, "--cacert", "ca.pem", "-w", "%{http_version}", url("/events"));

    // Its exit code says that the end was one: without close_notify OpenSSL reports an error.
    assertThat(got).isEqualTo(RecordingOwner.all(3, 50) + version);
  }

  @Test
  void curlTrustsTheAddressesOfTheDevelopmentCertificate() throws Exception {
    assumeTrue(has("curl"), "not run: there is no curl here");
    serveDev();

    assertThat(
            output(
                "curl",
                "-sS",
                "--cacert",
                "ca.pem",
                url("/hello").replace("localhost", "127.0.0.1")))
        .isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "rsa-pkcs1", "ec", "ec-sec1", "ed25519"})
  void showsTheWholeChainWithKeysOfAllForms(String kind) throws Exception {
    assumeTrue(has("openssl"), "not run: there is no OpenSSL here");
    makeChain(kind);
    serve(
        TlsKeys.open(
            new TlsSettings(
                Optional.of(folder.resolve("chain.pem")),
                Optional.of(folder.resolve("key.pem")),
                false)));

    // The intermediate certificate isn't known to the client: the server has to send it.
    String said =
        input(
            "",
            "openssl",
            "s_client",
            "-connect",
            address(),
            "-CAfile",
            "ca.pem",
            "-verify_hostname",
            "localhost",
            "-verify_return_error",
            "-alpn",
            "http/1.1");

    assertThat(said).contains("Verification: OK", "ALPN protocol: http/1.1");
  }

  @Test
  void openSslSeesTheEndOfAnAnswer() throws Exception {
    assumeTrue(has("openssl"), "not run: there is no OpenSSL here");
    serveDev();

    String said =
        input(
            "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "openssl",
            "s_client",
            "-connect",
            address(),
            "-CAfile",
            "ca.pem",
            "-quiet",
            "-ign_eof");

    assertThat(said).endsWith(RecordingOwner.all(3, 50)).doesNotContain("unexpected eof");
  }

  @Test
  void refusesAnotherHandshakeOnTheSameConnection() throws Exception {
    assumeTrue(has("openssl"), "not run: there is no OpenSSL here");
    serveDev();
    Process client =
        start("openssl", "s_client", "-connect", address(), "-tls1_2", "-legacy_renegotiation");
    BufferedReader said = client.inputReader(UTF_8);
    client.getOutputStream().write("R\n".getBytes(UTF_8));
    client.getOutputStream().flush();
    while (!"RENEGOTIATING".equals(said.readLine())) {}

    try {
      client.getOutputStream().write(GET_AND_CLOSE.getBytes(UTF_8));
      client.getOutputStream().flush();
    } catch (IOException e) {
      assertThat(client.waitFor()).isNotZero(); // it has gone already: the server has closed
    }

    assertThat(said.lines()).noneMatch(line -> line.startsWith("HTTP/1.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1", "-tls1_1"})
  void refusesOldVersions(String version) throws Exception {
    assumeTrue(has("openssl"), "not run: there is no OpenSSL here");
    serveDev();

    String said =
        input(
            "",
            "openssl",
            "s_client",
            "-connect",
            address(),
            version,
            "-cipher",
            "ALL:@SECLEVEL=0");

    assertThat(said).contains("Cipher is (NONE)");
  }

  private void makeChain(String kind) throws Exception {
    output(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=root",
        "-days",
        "2");
    output(
        "openssl",
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "mid.key",
        "-out",
        "mid.csr",
        "-subj",
        "/CN=between");
    Files.writeString(folder.resolve("mid.ext"), "basicConstraints=critical,CA:TRUE\n");
    output(
        "openssl",
        "x509",
        "-req",
        "-in",
        "mid.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-extfile",
        "mid.ext",
        "-out",
        "mid.pem",
        "-days",
        "2");
    switch (kind) {
      case "rsa" -> output("openssl", "genpkey", "-algorithm", "RSA", "-out", "key.pem");
      case "rsa-pkcs1" -> output("openssl", "genrsa", "-traditional", "-out", "key.pem");
      case "ec" ->
          output(
              "openssl",
              "genpkey",
              "-algorithm",
              "EC",
              "-pkeyopt",
              "ec_paramgen_curve:P-384",
              "-out",
              "key.pem");
      case "ec-sec1" ->
          output("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", "key.pem");
      default -> output("openssl", "genpkey", "-algorithm", "ED25519", "-out", "key.pem");
    }
    output(
        "openssl", "req", "-new", "-key", "key.pem", "-out", "leaf.csr", "-subj", "/CN=localhost");
    Files.writeString(folder.resolve("leaf.ext"), "subjectAltName=DNS:localhost\n");
    output(
        "openssl",
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        "mid.pem",
        "-CAkey",
        "mid.key",
        "-CAcreateserial",
        "-extfile",
        "leaf.ext",
        "-out",
        "leaf.pem",
        "-days",
        "2");
    Files.writeString(
        folder.resolve("chain.pem"),
        Files.readString(folder.resolve("leaf.pem")) + Files.readString(folder.resolve("mid.pem")));
  }

  private String address() {
    return "localhost:" + server.listener().address().getPort();
  }

  private String output(String... command) throws IOException, InterruptedException {
    Process process = start(command);
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(Arrays.toString(command) + said).isZero();
    return said;
  }

  /**
   * What the program says when it reads this and then nothing more; its exit code doesn't count.
   */
  private String input(String text, String... command) throws IOException {
    Process process = start(command);
    process.getOutputStream().write(text.getBytes(UTF_8));
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  private Process start(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    running.add(process);
    return process;
  }

  private static boolean has(String program) {
    try {
      new ProcessBuilder(program, program.equals("curl") ? "--version" : "version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .destroy();
      return true;
    } catch (IOException none) {
      return false; // the test says so
    }
  }
}
