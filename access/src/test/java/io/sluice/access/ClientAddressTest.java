package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

  private static final String PROXY = "10.0.0.1";

  private final ClientAddress addresses =
      new ClientAddress(Stream.of("10.0.0.0/8", "2001:db8:ffff::/48").map(Network::parse).toList());

  private String xForwardedFor(String peer, String... lines) {
    return resolve(peer, List.of(lines), List.of());
  }

  private String forwarded(String peer, String... lines) {
    return resolve(peer, List.of(), List.of(lines));
  }

  private String resolve(String peer, List<String> xForwardedFor, List<String> forwarded) {
    return AddressText.format(addresses.resolve(address(peer), xForwardedFor, forwarded));
  }

  private static InetAddress address(String text) {
    return AddressText.parse(text);
  }

  @Test
  void nobodyElsesHeaderIsBelieved() {
    assertThat(xForwardedFor("203.0.113.9", "198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(forwarded("203.0.113.9", "for=198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(new ClientAddress(List.of()).resolve(address(PROXY), List.of("1.1.1.1"), List.of()))
        .isEqualTo(address(PROXY));
  }

  @Test
  void withoutAHeaderThePeerCounts() {
    assertThat(xForwardedFor(PROXY)).isEqualTo(PROXY);
    assertThat(xForwardedFor(PROXY, "")).isEqualTo(PROXY);
    assertThat(xForwardedFor(PROXY, " , ,")).isEqualTo(PROXY);
  }

  @Test
  void theNearestHopThatIsNoTrustedProxyCounts() {
    assertThat(xForwardedFor(PROXY, "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(xForwardedFor(PROXY, "198.51.100.1, 10.0.0.3,10.0.0.2")).isEqualTo("198.51.100.1");
    assertThat(forwarded(PROXY, "for=198.51.100.1;proto=https, for=10.0.0.2"))
        .isEqualTo("198.51.100.1");
  }

  @Test
  void whatAClientWroteItselfIsNeverReached() {
    assertThat(xForwardedFor(PROXY, "10.9.9.9, 192.0.2.66, 198.51.100.1"))
        .isEqualTo("198.51.100.1");
    assertThat(xForwardedFor(PROXY, "192.0.2.66", "198.51.100.1, 10.0.0.2"))
        .isEqualTo("198.51.100.1");
    assertThat(forwarded(PROXY, "for=192.0.2.66", "for=198.51.100.1")).isEqualTo("198.51.100.1");
  }

  @Test
  void aQuoteThatAClientLeftOpenDoesNotSwallowWhatItsProxyWrote() {
    assertThat(forwarded(PROXY, "for=\"192.0.2.66, for=198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(forwarded(PROXY, "x=\", for=\"[2001:db8::7]:4711\";by=\"_edge\""))
        .isEqualTo("2001:db8::7");
    assertThat(forwarded(PROXY, "x=\"\\, for=\"[2001:db8::7]\"")).isEqualTo("2001:db8::7");
  }

  @Test
  void aCommaOrAnEscapedQuoteWithinAQuotedStringSeparatesNothing() {
    assertThat(forwarded(PROXY, "for=198.51.100.1;x=\"a, for=192.0.2.66\""))
        .isEqualTo("198.51.100.1");
    assertThat(forwarded(PROXY, "for=198.51.100.1;x=\"a\\\", for=192.0.2.66\""))
        .isEqualTo("198.51.100.1");
    assertThat(forwarded(PROXY, "for=192.0.2.66;x=\"\\\\\", for=198.51.100.1"))
        .isEqualTo("198.51.100.1");
  }

  @Test
  void ifAllAreTrustedTheFirstOneCounts() {
    assertThat(xForwardedFor(PROXY, "10.0.0.3, 10.0.0.2")).isEqualTo("10.0.0.3");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "192.0.2.1:80, 192.0.2.1",
    "2001:db8::1, 2001:db8::1",
    "[2001:db8::1], 2001:db8::1",
    "[2001:db8::1]:443, 2001:db8::1",
    "::ffff:192.0.2.1, 192.0.2.1",
    "' 192.0.2.1\t', 192.0.2.1",
  })
  void readsTheFormsThatXForwardedForHas(String element, String address) {
    assertThat(xForwardedFor(PROXY, element)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "for=192.0.2.60;proto=http;by=203.0.113.43 | 192.0.2.60",
        "For=\"[2001:db8:cafe::17]:4711\" | 2001:db8:cafe::17",
        "FOR=\"[2001:db8:cafe::17]\" | 2001:db8:cafe::17",
        "for=\"192.0.2.43\" | 192.0.2.43",
        "for=\"192.0.2.43:47011\" | 192.0.2.43",
        "for=\"192.0.2.43:_port\" | 192.0.2.43",
        "for=\"192\\.0.2.43\" | 192.0.2.43",
        "by=_edge;for=192.0.2.43 | 192.0.2.43",
        ";;for=192.0.2.43; | 192.0.2.43",
        "for=192.0.2.43 ; proto=https | 192.0.2.43",
        "host=\"a;for=1.2.3.4\";for=192.0.2.43 | 192.0.2.43",
      })
  void readsTheFormsOfRfc7239(String element, String address) {
    assertThat(forwarded(PROXY, element)).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "unknown",
    "_hidden",
    "garbage",
    "192.0.2",
    "192.0.2.1:",
    "192.0.2.1:port",
    "192.0.2.1:123456",
    "[2001:db8::1",
    "[192.0.2.1]",
    "[2001:db8::1]443",
    "fe80::1%eth0",
    "2001:db8::1]",
    "example.com",
    "192.0.2.1 192.0.2.2",
  })
  void whereAHopCantBeReadTheProxyThatWroteItCounts(String element) {
    assertThat(xForwardedFor(PROXY, "192.0.2.66, " + element + ", 10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(xForwardedFor(PROXY, element)).isEqualTo(PROXY);
    assertThat(forwarded(PROXY, "for=192.0.2.66, for=\"" + element + "\", for=10.0.0.2"))
        .isEqualTo("10.0.0.2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "for=unknown",
        "for=_gazonk",
        "for=\"_gazonk:_port\"",
        "proto=https",
        "for",
        "for=",
        "for=\"\"",
        "=192.0.2.1",
        "for =192.0.2.1",
        "for= 192.0.2.1",
        "for=[2001:db8::1]",
        "for=2001:db8::1",
        "for=\"2001:db8::1\"",
        "for=192.0.2.1;for=192.0.2.2",
        "for=192.0.2.1;For=192.0.2.1",
        "for=192.0.2.1 proto=https",
        "for=192.0.2.1;pro\"to",
        "for=\"192.0.2.1\"x",
        "192.0.2.1",
      })
  void whatRfc7239DoesNotHaveIsNoAddress(String element) {
    assertThat(forwarded(PROXY, "for=192.0.2.66, " + element)).isEqualTo(PROXY);
  }

  @Test
  void whenBothHeadersNameDifferentClientsThePeerCounts() {
    List<String> one = List.of("198.51.100.1");
    assertThat(resolve(PROXY, one, List.of("for=198.51.100.1"))).isEqualTo("198.51.100.1");
    assertThat(resolve(PROXY, one, List.of("for=192.0.2.66"))).isEqualTo(PROXY);
    assertThat(resolve(PROXY, one, List.of("garbage"))).isEqualTo(PROXY);
  }

  @Test
  void ipv6ProxiesAreTrustedToo() {
    assertThat(xForwardedFor("2001:db8:ffff::1", "2001:db8::9, 2001:db8:ffff::2"))
        .isEqualTo("2001:db8::9");
  }

  @Test
  void whateverAClientSendsItsProxysWordDecides() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String[] parts = {
      "for=", "\"", "\\", ",", ";", "=", " ", "192.0.2.66", "[::1]", "10.0.0.1", ":", "by", "_x",
    };
    for (int i = 0; i < 5_000; i++) {
      StringBuilder sent = new StringBuilder();
      for (int left = random.nextInt(12); left > 0; left--) {
        sent.append(parts[random.nextInt(parts.length)]);
      }
      String text = sent.toString();
      List<String> joined = List.of(text + ", for=\"[2001:db8::7]:4711\";by=\"a\\\"b\"");
      assertThat(forwarded(PROXY, joined.toArray(String[]::new)))
          .as("seed %d: %s", seed, joined)
          .isEqualTo("2001:db8::7");
      assertThat(xForwardedFor(PROXY, text + ", 198.51.100.1"))
          .as("seed %d: %s", seed, text)
          .isEqualTo("198.51.100.1");
      // And alone, believed or not, it never fails.
      assertThat(Arrays.asList(forwarded(PROXY, text), xForwardedFor(PROXY, text)))
          .doesNotContainNull();
    }
  }
}
