package io.sluice.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;

/** Whatever frames come on a connection of HTTP/2, only that connection is concerned. */
class Http2FuzzTest {

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final HubOnAChannel HUB = new HubOnAChannel(Map.of("listen", "127.0.0.1:0"));

  /**
   * @param frames what follows a good preface
   */
  @FuzzTest
  void noFramesAreAnErrorOfTheServer(byte[] frames) {
    HUB.answer(List.of(PREFACE, SETTINGS, frames));
  }
}
