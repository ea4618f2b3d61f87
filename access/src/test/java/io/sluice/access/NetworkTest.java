package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
    "10.0.0.0/8, 10.0.0.0, 9.255.255.255",
    "192.0.2.128/25, 192.0.2.128, 192.0.2.127",
    "192.0.2.4/30, 192.0.2.7, 192.0.2.8",
    "192.0.2.1, 192.0.2.1, 192.0.2.2",
    "192.0.2.1/32, 192.0.2.1, 192.0.2.0",
    "0.0.0.0/0, 203.0.113.9, ::1",
    "::/0, 2001:db8::1, 192.0.2.1",
    "::1, ::1, ::2",
    "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::",
    "2001:db8::/33, 2001:db8:7fff::1, 2001:db8:8000::",
    "fe80::/10, febf::1, fec0::1",
    "::ffff:10.0.0.0/104, 10.1.2.3, 11.1.2.3",
    "::ffff:10.1.2.3, 10.1.2.3, 10.1.2.4",
  })
  void containsItsOwnAddressesAndNoOther(String network, String inside, String outside) {
    Network parsed = Network.parse(network);
    assertThat(parsed.contains(AddressText.parse(inside))).isTrue();
    assertThat(parsed.contains(AddressText.parse(outside))).isFalse();
  }

  @Test
  void anIpv4AddressThatASocketReportsWithinIpv6IsAnIpv4Address() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xff;
    mapped[12] = 10;
    InetAddress within = Inet6Address.getByAddress(null, mapped, 0);
    assertThat(Network.parse("10.0.0.0/8").contains(within)).isTrue();
    assertThat(Network.parse("::/0").contains(within)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "192.0.2.1/32, 192.0.2.1",
    "2001:DB8:0::/32, 2001:db8::/32",
    "::1/128, ::1",
    "::ffff:10.0.0.0/104, 10.0.0.0/8",
    "0.0.0.0/0, 0.0.0.0/0",
  })
  void isWrittenAsItIsRead(String read, String written) {
    assertThat(Network.parse(read)).hasToString(written);
    assertThat(Network.parse(written)).isEqualTo(Network.parse(read));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/٨",
        "10/8",
        "::/129",
        "::ffff:10.0.0.0/95",
        "example.com",
        "example.com/8",
        "10.0.0.0 /8",
      })
  void refusesWhatIsNoNetworkAndSaysWhy(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank();
  }

  @Test
  void refusesBitsBeyondThePrefixAndNamesTheNetworkThatWasMeant() {
    assertThatThrownBy(() -> Network.parse("10.1.2.3/8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("10.1.2.3/8 has bits beyond its prefix; its network is 10.0.0.0/8");
    assertThatThrownBy(() -> Network.parse("2001:db8::1/64"))
        .hasMessageContaining("its network is 2001:db8::/64");
  }
}
