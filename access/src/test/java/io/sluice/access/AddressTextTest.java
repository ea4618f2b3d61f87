package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "0:0:0:0:0:0:0:1, ::1",
    "2001:DB8:0:0:8:800:200C:417A, 2001:db8::8:800:200c:417a",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "fe80:0:0:1::, fe80:0:0:1::",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::ffff:c000:201, 192.0.2.1",
  })
  void writesAnAddressInItsOneForm(String read, String written) {
    InetAddress address = AddressText.parse(read);
    assertThat(address).isNotNull();
    assertThat(AddressText.format(address)).isEqualTo(written);
    assertThat(AddressText.parse(written)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "example.com",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "256.1.1.1",
        "1.2.3.4 ",
        "0x7f.1",
        "2130706433",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "12345::",
        "[::1]",
        "fe80::1%eth0",
        "::1.2.3.4.5",
        "::ffff:1.2.3.4:1",
        "0000000000000000000000000000000000000000000001::",
      })
  void anythingElseIsNoAddressAndIsNeverLookedUp(String text) {
    assertThat(AddressText.parse(text)).isNull();
  }

  @Test
  void theZoneOfALinkAndTheMappedFormDontMatter() throws Exception {
    byte[] link = AddressText.parse("fe80::1").getAddress();
    Inet6Address zoned = Inet6Address.getByAddress(null, link, 3);
    assertThat(AddressText.plain(zoned)).isEqualTo(AddressText.parse("fe80::1"));
    assertThat(((Inet6Address) AddressText.plain(zoned)).getScopeId()).isZero();

    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xff;
    mapped[12] = 127;
    mapped[15] = 1;
    InetAddress within = Inet6Address.getByAddress(null, mapped, 0);
    assertThat(within).isInstanceOf(Inet6Address.class);
    assertThat(AddressText.plain(within))
        .isInstanceOf(Inet4Address.class)
        .isEqualTo(AddressText.parse("127.0.0.1"));
  }
}
