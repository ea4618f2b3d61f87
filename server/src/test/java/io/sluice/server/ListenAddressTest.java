package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1", "0:0:0:0:0:0:0:1"})
  void knowsLoopback(String host) {
    assertThat(new ListenAddress(host, 1).isLoopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "128.0.0.1",
        "127.example.com",
        "localhost.example.com",
        "fe80::1"
      })
  void knowsWhatOthersReach(String host) {
    assertThat(new ListenAddress(host, 1).isLoopback()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8080",
        "0.0.0.0:0",
        "[::1]:8080",
        "[::]",
        "localhost",
        "hub.example.com:65535",
        "a_b:1"
      })
  void readsHostsWithAndWithoutPort(String text) {
    assertThat(HostAndPort.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "::1, '::1 needs brackets: [::1]'",
    ":8080, :8080 has no valid host",
    "8080, 8080 has no valid host",
    "256.0.0.1:80, 256.0.0.1:80 has no valid host",
    "[127.0.0.1]:80, '[127.0.0.1]:80 has no valid host'",
    "127.0.0.01:80, 127.0.0.01:80 has no valid host",
    "1.2.3:80, 1.2.3:80 has no valid host",
    "[::1:8080, '[::1:8080 has no valid host'",
    "a b:80, a b:80 has no valid host",
    "http://localhost:8080, http://localhost:8080 has no valid host",
    "localhost:, localhost: has no valid port",
    "localhost:65536, localhost:65536 has no valid port",
    "localhost:-1, localhost:-1 has no valid port",
    "localhost:+80, localhost:+80 has no valid port",
    "localhost:http, localhost:http has no valid port"
  })
  void saysWhatIsWrong(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostAndPort.parse(text))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536})
  void hasAPortThatExists(int port) {
    assertThatIllegalArgumentException().isThrownBy(() -> new ListenAddress("localhost", port));
  }
}
