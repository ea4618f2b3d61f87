package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.ListenAddress;
import io.sluice.server.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GreetingTest {

  private static final ListenAddress HERE = new ListenAddress("127.0.0.1", 8080);

  @Test
  void hasLinesThatWorkWhenPasted() {
    assertThat(Greeting.text(HERE, Settings.defaults()).lines())
        .contains(
            "Sluice listens on http://127.0.0.1:8080",
            "  curl -N http://127.0.0.1:8080/events/news",
            "  curl -d hello http://127.0.0.1:8080/events/news",
            "  curl http://127.0.0.1:8080/history/news",
            "Events arrive before your eyes on http://127.0.0.1:8080/ in a browser.");
  }

  @Test
  void everyAddressIsShownByOneThatCanBePasted() {
    assertThat(Greeting.text(new ListenAddress("0.0.0.0", 80), Settings.defaults()))
        .contains("all addresses of this machine, port 80")
        .contains("curl -N http://127.0.0.1:80/events/news");
    assertThat(Greeting.text(new ListenAddress("::", 80), Settings.defaults()))
        .contains("curl -N http://[::1]:80/events/news");
  }

  @Test
  void encryptedHubIsReachedByHttps() {
    Settings settings = Settings.of(Map.of("tls.certificate", "chain.pem", "tls.key", "key.pem"));
    assertThat(Greeting.text(HERE, settings))
        .contains(
            "Sluice listens on https://127.0.0.1:8080\n",
            "  curl -N https://127.0.0.1:8080/events/news\n")
        .doesNotContain("http://");
  }

  @Test
  void certificateThatNobodyTrustsIsToldAndPassed() {
    assertThat(Greeting.text(HERE, Settings.of(Map.of("tls.dev", "true"))))
        .contains("  curl -k -N https://127.0.0.1:8080/events/news\n", "nobody trusts it")
        .doesNotContain("http://");
  }

  @Test
  void hubThatAsksWhoOneIsIsShownAToken() {
    Settings settings =
        Settings.of(Map.of("identity.tokens.secret", "a secret of more than thirty-two bytes"));
    assertThat(Greeting.text(HERE, settings))
        .contains(
            "  curl -H \"Authorization: Bearer $TOKEN\" -N http://127.0.0.1:8080/events/news\n",
            "./sluice token")
        .doesNotContain("a secret of");
    assertThat(Greeting.text(HERE, Settings.defaults())).doesNotContain("TOKEN");
  }

  @Test
  void saysHowToTurnTheDemoOff() {
    assertThat(
            Greeting.text(
                new ListenAddress("localhost", 80), Settings.of(Map.of("demo.enabled", "on"))))
        .contains("--no-demo");
  }
}
