package io.sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;

/** Whatever HTTP/1 a client sends to a hub that is open, it is answered as HTTP has it. */
class OpenHubFuzzTest {

  private static final HubOnAChannel HUB = new HubOnAChannel(Map.of("listen", "127.0.0.1:0"));

  @DictionaryEntries({
    "GET /events/a HTTP/1.1\\x0d\\x0a",
    "GET /events?channel=",
    "POST /events/a",
    "POST /publish",
    "GET /history/a",
    "PATCH /connections/",
    "DELETE /connections/",
    "HEAD ",
    "OPTIONS ",
    "Host: localhost\\x0d\\x0a",
    "Content-Length: 5\\x0d\\x0a",
    "Transfer-Encoding: chunked\\x0d\\x0a",
    "0\\x0d\\x0a\\x0d\\x0a",
    "Content-Type: application/json\\x0d\\x0a",
    "Content-Type: application/x-ndjson\\x0d\\x0a",
    "Last-Event-ID: ",
    "?lastEventId=",
    "&since=",
    "&last=",
    "&type=",
    "%2F",
    "%00",
    "%ff",
    "Expect: 100-continue\\x0d\\x0a",
    "Connection: close\\x0d\\x0a",
    "Idempotency-Key: ",
    "Origin: null\\x0d\\x0a",
    "{\"channel\":\"a\",\"data\":",
    "\"key\":",
    "\"type\":",
    "http://localhost",
    " HTTP/1.0\\x0d\\x0a"
  })
  @FuzzTest
  void everyRequestIsAnswered(byte[] request) {
    String text = new String(request, ISO_8859_1);
    if (text.startsWith("PRI")) {
      return; // HTTP/2 has a test of its own
    }
    String whole = HUB.answer(List.of(request));
    assertThat(whole.isEmpty() || whole.startsWith("HTTP/1.1 ")).as(whole).isTrue();
    int half = request.length / 2;
    String halves =
        HUB.answer(
            List.of(
                text.substring(0, half).getBytes(ISO_8859_1),
                text.substring(half).getBytes(ISO_8859_1)));
    assertThat(statusLine(halves)).isEqualTo(statusLine(whole));
  }

  private static String statusLine(String answer) {
    return answer.lines().findFirst().orElse("");
  }
}
