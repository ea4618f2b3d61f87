package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and responses of HTTP/1 through real sockets; their bodies are in Http1BodyIT. */
class Http1IT {

  private final AtomicInteger largeAnswers = new AtomicInteger();

  private final Router router =
      TestEndpoints.router()
          .route(
              "GET",
              "/large",
              exchange -> {
                largeAnswers.incrementAndGet();
                exchange.respond(200, TestEndpoints.TEXT, TestEndpoints.bytes("x".repeat(100_000)));
              });

  private final TestServer server = new TestServer(router);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersOneRequestAfterTheOther() throws IOException {
    try (RawClient client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        RawClient.Response response = client.request("GET", "/hello").response();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("hello");
        assertThat(response.field("Content-Type")).isEqualTo("text/plain");
        assertThat(response.field("Connection")).isNull();
        assertThat(response.field("Date"))
            .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
      }
    }
  }

  @Test
  void takesARequestByteByByte() throws IOException {
    try (RawClient client = server.connect()) {
      String request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
      for (byte b : TestEndpoints.bytes(request)) {
        client.send(new byte[] {b});
      }
      assertThat(client.response().text()).isEqualTo("abc");
    }
  }

  @Test
  void answersPipelinedRequestsInOrderThoughSomeAreAnsweredLater() throws IOException {
    try (RawClient client = server.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        all.append("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n").append(10 + i);
        all.append("GET /name/").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.response().text()).isEqualTo(Integer.toString(10 + i));
        assertThat(client.response().text()).isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void aClientThatPipelinesAndClosesItsSideGetsAllAnswers() throws IOException {
    try (RawClient client = server.connect()) {
      String request = "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
      client.send(request.repeat(20)).closeOutput();
      for (int i = 0; i < 20; i++) {
        assertThat(client.response().text()).isEqualTo("ab");
      }
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void answersNoFasterThanAPipeliningClientTakesTheAnswers() throws IOException {
    try (RawClient client = server.connect(4096)) {
      client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1000));
      client.response();
      // All of it would be 100 MB; the sockets hold a few.
      assertThat(largeAnswers.get()).isLessThan(500);
      for (int i = 1; i < 1000; i++) {
        assertThat(client.response().content()).hasSize(100_000);
      }
    }
  }

  @Test
  void answersHeadAsGetWithoutTheBody() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response head = client.request("HEAD", "/hello").responseToHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.field("Content-Length")).isEqualTo("5");
      assertThat(client.request("HEAD", "/pieces").responseToHead().status()).isEqualTo(200);
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("hello");
    }
  }

  @Test
  void answersOptionsWithTheMethodsOfThePath() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response options = client.request("OPTIONS", "/hello").response();
      assertThat(options.status()).isEqualTo(204);
      assertThat(options.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
      assertThat(options.field("Content-Length")).isNull();
      assertThat(client.request("OPTIONS", "*").response().status()).isEqualTo(204);
    }
  }

  @Test
  void refusesUnknownPathsAndWrongMethodsInJson() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response unknown = client.request("GET", "/nowhere").response();
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.field("Content-Type")).isEqualTo("application/problem+json");
      assertThat(unknown.text())
          .isEqualTo(
              "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                  + "\"code\":\"not-found\",\"detail\":\"there is nothing at /nowhere\"}");
      RawClient.Response wrong = client.request("PUT", "/echo").response();
      assertThat(wrong.status()).isEqualTo(405);
      assertThat(wrong.field("Allow")).isEqualTo("POST, OPTIONS");
      assertThat(wrong.text()).contains("\"code\":\"method-not-allowed\"");
      assertThat(client.request("GET", "/name/").response().status()).isEqualTo(404);
    }
    assertThat(server.refusals()).extracting(Problem::code).contains("not-found");
  }

  @Test
  void aRefusalThatWaitingHelpsSaysHowLong() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.request("GET", "/refused").response();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.field("Retry-After")).isEqualTo("2");
      assertThat(response.text()).contains("\"retryAfter\":2");
    }
  }

  @Test
  void anEndpointThatFailsIsAnswered500() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.request("GET", "/broken").response();
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.text()).contains("internal-error").doesNotContain("as the test wants");
      assertThat(client.request("GET", "/hello").response().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/name/a%2Fb, a/b",
    "/name/a/b, a/b",
    "/name/%E2%82%AC, €",
    "/name/a+b, a+b",
    "/query?a=1&b=2&a=%26+x, '[1, & x]'",
    "/query?a&&a=, '[, ]'",
    "http://localhost/name/x?y, x"
  })
  void decodesPathsAndQueries(String target, String expected) throws IOException {
    try (RawClient client = server.connect()) {
      assertThat(client.request("GET", target).response().text()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/query?a=%, malformed-query",
    "/query?a=%4, malformed-query",
    "/query?a=%zz, malformed-query",
    "/query?a=%ff, malformed-query",
    "/query?a=\u00e4, malformed-query",
    "/name/%c0%af, malformed-path",
    "/name/%, malformed-path",
    "name, malformed-target",
    "ftp://localhost/, malformed-target"
  })
  void refusesWhatCantBeDecoded(String target, String code) throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.request("GET", target).response();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.text()).contains("\"code\":\"" + code + "\"");
    }
  }

  @Test
  void whatAClientSendsNeverBecomesALineOfTheHead() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response =
          client.request("GET", "/x%0d%0aInjected:%20yes\"<script>").response();
      assertThat(response.status()).isEqualTo(404);
      assertThat(response.field("Injected")).isNull();
      assertThat(response.text()).contains("yes\\\"<script>");
    }
  }

  @Test
  void closesWhenAskedTo() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.request("GET", "/hello", "Connection: close").response();
      assertThat(response.field("Connection")).isEqualTo("close");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void speaksHttp10() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response =
          client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").response();
      assertThat(response.field("Connection")).isEqualTo("keep-alive");
      client.send("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      RawClient.Response pieces = client.head();
      assertThat(pieces.field("Transfer-Encoding")).isNull();
      assertThat(pieces.field("Connection")).isEqualTo("close");
      assertThat(client.rest()).isEqualTo("onetwo");
    }
  }

  @Test
  void endsConnectionsAndAnswersWhatIsBegunWhenItDrains() throws IOException {
    // One loop: once it has closed the idle connection, it knows of the drain for the other one.
    try (TestServer single = new TestServer(Transport.fastest(1), HttpLimits.standard(), router);
        RawClient idle = single.connect();
        RawClient busy = single.connect()) {
      idle.request("GET", "/hello").response();
      busy.request("POST", "/echo", "Content-Length: 2", "Expect: 100-continue");
      assertThat(busy.line()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(busy.line()).isEmpty();
      single.listener().drain();
      assertThat(idle.rest()).isEmpty();
      RawClient.Response response = busy.send("ab").response();
      assertThat(response.text()).isEqualTo("ab");
      assertThat(response.field("Connection")).isEqualTo("close");
      assertThat(busy.rest()).isEmpty();
    }
  }
}
