package io.sluice.access;

import java.net.InetAddress;

/**
 * A range of addresses, written {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or as one address (RFC
 * 4632, RFC 4291).
 *
 * <p>Immutable.
 *
 * @param address the first one
 * @param prefix how many bits all of its addresses have in common
 */
public record Network(InetAddress address, int prefix) {

  private static final String EXAMPLES = ", such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1";

  /**
   * @throws IllegalArgumentException if the prefix is longer than an address, or the address isn't
   *     the first one of its network
   */
  public Network {
    address = AddressText.plain(address);
    byte[] bytes = address.getAddress();
    if (prefix < 0 || prefix > bytes.length * 8) {
      throw new IllegalArgumentException(
          "a prefix of " + prefix + " bits doesn't fit " + AddressText.format(address));
    }
    byte[] first = first(bytes, prefix);
    if (!equal(bytes, first, bytes.length * 8)) {
      throw new IllegalArgumentException(
          AddressText.format(address)
              + "/"
              + prefix
              + " has bits beyond its prefix; its network is "
              + AddressText.format(AddressText.of(first))
              + "/"
              + prefix);
    }
  }

  /**
   * Reads an address, or an address, a slash and a prefix. {@code ::ffff:10.0.0.0/104} is {@code
   * 10.0.0.0/8}.
   *
   * @throws IllegalArgumentException if the text isn't one; the message says why
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    InetAddress address = AddressText.parse(host);
    if (address == null) {
      throw new IllegalArgumentException(text + " is not a network" + EXAMPLES);
    }
    int bits = address.getAddress().length * 8;
    if (slash < 0) {
      return new Network(address, bits);
    }
    String digits = text.substring(slash + 1);
    if (!digits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(text + " has no prefix" + EXAMPLES);
    }
    // The bits of an IPv4 address within IPv6 are the last 32 of 128.
    int before = bits == 32 && host.indexOf(':') >= 0 ? 96 : 0;
    return new Network(address, Integer.parseInt(digits) - before);
  }

  /** Whether an address is one of its own. */
  public boolean contains(InetAddress other) {
    byte[] its = AddressText.plain(other).getAddress();
    byte[] ours = address.getAddress();
    return its.length == ours.length && equal(its, ours, prefix);
  }

  private static byte[] first(byte[] bytes, int prefix) {
    byte[] first = bytes.clone();
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      first[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return first;
  }

  private static boolean equal(byte[] a, byte[] b, int bits) {
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (a[i] != b[i]) {
        return false;
      }
    }
    return bits % 8 == 0 || ((a[whole] ^ b[whole]) & 0xff) >> (8 - bits % 8) == 0;
  }

  /** The text form; the prefix is left out where it is one address. */
  @Override
  public String toString() {
    String text = AddressText.format(address);
    return prefix == address.getAddress().length * 8 ? text : text + '/' + prefix;
  }
}
