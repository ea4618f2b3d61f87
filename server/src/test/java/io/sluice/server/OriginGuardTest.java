package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginGuardTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:3000",
        "app.localhost:5173",
        "127.0.0.1",
        "127.9.8.7:80",
        "[::1]",
        "[::1]:8080"
      })
  void namesOfThisMachineAreLoopback(String authority) {
    assertThat(OriginGuard.isLoopback(authority)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "example.com",
        "localhost.example.com",
        "notlocalhost",
        "evil.com\t.localhost",
        "a b.localhost",
        "127.0.0.1.example.com",
        "127.0.0",
        "127.0.0.256",
        "127.0.0.1:",
        "127.0.0.1:x",
        "127.0.0.1:123456",
        "localhost:80@evil.com",
        "user@localhost",
        "128.0.0.1",
        "[::2]",
        "[::1",
        "::1",
        "0.0.0.0"
      })
  void allElseIsNot(String authority) {
    assertThat(OriginGuard.isLoopback(authority)).isFalse();
  }
}
