package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;

/** A connection with a header of the PROXY protocol is served, one with anything else is closed. */
class ProxyHeaderFuzzTest {

  private static final HubOnAChannel HUB =
      new HubOnAChannel(
          Map.of(
              "listen", "127.0.0.1:0", "proxies.trusted", "127.0.0.1", "proxies.protocol", "true"));

  @DictionaryEntries({
    "PROXY TCP4 192.0.2.1 127.0.0.1 5000 80\\x0d\\x0a",
    "PROXY UNKNOWN\\x0d\\x0a",
    "PROXY TCP6 ::1 ::1 1 2\\x0d\\x0a",
    "\\x0d\\x0a\\x0d\\x0a\\x00\\x0d\\x0aQUIT\\x0a",
    "GET / HTTP/1.1\\x0d\\x0aHost: localhost\\x0d\\x0a\\x0d\\x0a"
  })
  @FuzzTest
  void noHeaderIsAnErrorOfTheServer(byte[] connection) {
    String answer = HUB.answer(List.of(connection));
    assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 ") || isHttp2(answer)).isTrue();
  }

  // The server's SETTINGS come first.
  private static boolean isHttp2(String answer) {
    return answer.length() > 3 && answer.charAt(3) == 4;
  }
}
