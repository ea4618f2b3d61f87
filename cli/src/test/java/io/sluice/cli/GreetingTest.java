package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.ListenAddress;
import org.junit.jupiter.api.Test;

class GreetingTest {

  @Test
  void hasLinesThatWorkWhenPasted() {
    assertThat(Greeting.text(new ListenAddress("127.0.0.1", 8080), false).lines())
        .contains(
            "Sluice listens on http://127.0.0.1:8080",
            "  curl -N http://127.0.0.1:8080/events/news",
            "  curl -d hello http://127.0.0.1:8080/events/news",
            "  curl http://127.0.0.1:8080/history/news",
            "Events arrive before your eyes on http://127.0.0.1:8080/ in a browser.");
  }

  @Test
  void everyAddressIsShownByOneThatCanBePasted() {
    assertThat(Greeting.text(new ListenAddress("0.0.0.0", 80), false))
        .contains("all addresses of this machine, port 80")
        .contains("curl -N http://127.0.0.1:80/events/news");
    assertThat(Greeting.text(new ListenAddress("::", 80), false))
        .contains("curl -N http://[::1]:80/events/news");
  }

  @Test
  void saysHowToTurnTheDemoOff() {
    assertThat(Greeting.text(new ListenAddress("localhost", 80), true)).contains("--no-demo");
  }
}
