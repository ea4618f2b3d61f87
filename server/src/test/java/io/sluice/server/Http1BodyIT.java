package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of HTTP/1, and who waits for whom, through real sockets. */
class Http1BodyIT {

  private final TestServer server = new TestServer(TestEndpoints.router());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void takesBodiesOfKnownLengthAndInChunks() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 5").send("12345");
      assertThat(client.response().text()).isEqualTo("12345");
      client
          .request("POST", "/echo", "Transfer-Encoding: chunked")
          .send("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: z\r\n\r\n");
      assertThat(client.response().text()).isEqualTo("abcde");
      client.request("POST", "/echo", "Content-Length: 0");
      assertThat(client.response().text()).isEmpty();
      client.request("POST", "/echo");
      assertThat(client.response().text()).isEmpty();
    }
  }

  @Test
  void readsTheNextRequestAfterABodyThatWasHeldAndAnswered() throws IOException {
    try (RawClient client = server.connect()) {
      for (int i = 0; i < 2; i++) {
        client.request("POST", "/held", "Content-Length: 5").send("12345");
        assertThat(client.response().text()).isEqualTo("held");
      }
    }
  }

  @Test
  void sendsABodyInPieces() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.request("GET", "/pieces").response();
      assertThat(response.field("Transfer-Encoding")).isEqualTo("chunked");
      assertThat(response.text()).isEqualTo("onetwo");
      assertThat(client.request("GET", "/nothing").response().status()).isEqualTo(204);
    }
  }

  @Test
  void answersWhileTheBodyStillComes() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/lines", "Transfer-Encoding: chunked");
      client.send("4\r\none\n\r\n");
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.line()).isEqualTo("4");
      assertThat(client.line()).isEqualTo("one");
      assertThat(client.line()).isEmpty();
      client.send("0\r\n\r\n");
      assertThat(client.line()).isEqualTo("0");
      assertThat(client.line()).isEmpty();
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("hello");
    }
  }

  @Test
  void takesABodyNoFasterThanTheEndpointDoes() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/slowly", "Content-Length: 400000");
      client.send("y".repeat(400_000));
      assertThat(client.response().text()).isEqualTo("400000");
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("hello");
    }
  }

  @Test
  void aShortBodyThatNobodyReadsDoesntEndTheConnection() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/unread", "Content-Length: 5").send("12345");
      assertThat(client.response().text()).isEqualTo("unread");
      client.request("POST", "/unread", "Content-Length: 5");
      assertThat(client.response().text()).isEqualTo("unread");
      client.send("12345").request("GET", "/hello");
      assertThat(client.response().text()).isEqualTo("hello");
    }
  }

  @Test
  void aClientThatHasClosedItsSideGetsItsAnswer() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/later", "Content-Length: 2").send("ab").closeOutput();
      assertThat(client.response().text()).isEqualTo("ab");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void tellsAClientThatWaitsToContinue() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 2", "Expect: 100-continue");
      assertThat(client.line()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(client.line()).isEmpty();
      assertThat(client.send("ab").response().text()).isEqualTo("ab");
      assertThat(client.request("GET", "/hello").response().text()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/unread", "/nowhere"})
  void aClientThatWaitsIsNotToldToSendWhatNobodyReads(String path) throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", path, "Content-Length: 2", "Expect: 100-continue");
      RawClient.Response response = client.response();
      assertThat(response.status()).isIn(200, 404);
      // It may send the body all the same, or its next request: which, nobody can know.
      assertThat(response.field("Connection")).isEqualTo("close");
    }
  }

  @Test
  void refusesExpectationsItDoesntKnow() throws IOException {
    try (RawClient client = server.connect()) {
      client.request("POST", "/echo", "Content-Length: 2", "Expect: 200-ok");
      assertThat(client.response().status()).isEqualTo(417);
    }
  }
}
