package io.sluice.access;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The addresses that count as one client's: an IPv4 address, or 64 bits of an IPv6 one, since the
 * other 64 are its owner's to choose (RFC 6177, RFC 8981).
 *
 * <p>Immutable.
 *
 * @param bits an IPv6 prefix; or an IPv4 address behind 32 ones, where no IPv6 sender's prefix is
 *     (they are multicast, RFC 4291, section 2.7)
 */
record AddressBlock(long bits) {

  private static final long V4 = 0xffff_ffffL << 32;

  static AddressBlock of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(AddressText.plain(address).getAddress());
    return new AddressBlock(
        bytes.remaining() == 4 ? V4 | (bytes.getInt() & 0xffff_ffffL) : bytes.getLong());
  }

  /** {@code 192.0.2.1}, {@code 2001:db8:1:2::/64}. */
  @Override
  public String toString() {
    if ((bits & V4) == V4) {
      return AddressText.format(AddressText.of(ByteBuffer.allocate(4).putInt((int) bits).array()));
    }
    byte[] first = ByteBuffer.allocate(16).putLong(bits).array();
    return AddressText.format(AddressText.of(first)) + "/64";
  }
}
