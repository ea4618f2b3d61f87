package io.sluice.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.util.List;

/** Nothing that stands before what the trusted proxy wrote changes whom it has named. */
class ForwardedFuzzTest {

  private static final InetAddress PROXY = address("10.0.0.1");
  private static final InetAddress CLIENT = address("192.0.2.7");
  private static final InetAddress STRANGER = address("198.51.100.9");
  private static final ClientAddress ADDRESSES =
      new ClientAddress(List.of(Network.parse("10.0.0.0/8")));

  private static InetAddress address(String text) {
    InetAddress address = AddressText.parse(text);
    assertThat(address).isNotNull();
    return address;
  }

  @DictionaryEntries({
    "for=",
    "192.0.2.1",
    "\"[2001:db8::1]:80\"",
    ", ",
    ";",
    "10.0.0.2",
    "::ffff:10.0.0.3",
    "\\\"",
    "unknown",
    "_hidden",
    "proto=https",
    "by="
  })
  @FuzzTest
  void whatTheClientWroteIsNotReached(byte[] line) {
    String made = new String(line, ISO_8859_1).replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "");
    // A proxy adds a line of its own, or to the line that it got.
    for (List<String> lines : List.of(List.of(made, "192.0.2.7"), List.of(made + ", 192.0.2.7"))) {
      assertThat(ADDRESSES.resolve(PROXY, lines, List.of())).isEqualTo(CLIENT);
    }
    assertThat(ADDRESSES.resolve(PROXY, List.of(), List.of(made, "for=192.0.2.7")))
        .isEqualTo(CLIENT);
    // Who isn't trusted is not believed.
    assertThat(ADDRESSES.resolve(STRANGER, List.of(made), List.of(made))).isEqualTo(STRANGER);
    // Whatever is read of it is an address, and never this proxy's fault.
    assertThat(ADDRESSES.resolve(PROXY, List.of(made), List.of())).isNotNull();
    assertThat(ADDRESSES.resolve(PROXY, List.of(made), List.of(made))).isNotNull();
    InetAddress address = AddressText.parse(made);
    if (address != null) {
      String written = AddressText.format(address);
      assertThat(AddressText.parse(written)).isEqualTo(AddressText.plain(address));
    }
  }
}
