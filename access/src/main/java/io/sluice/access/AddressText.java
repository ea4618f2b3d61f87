package io.sluice.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numeric addresses, written and read. Nothing is ever looked up. Stateless. */
final class AddressText {

  private static final int LONGEST = 45; // eight groups, the last two as an IPv4 address
  private static final int GROUPS = 8;
  private static final Pattern DOTTED_QUAD =
      Pattern.compile(
          "(OCTET\\.){3}OCTET".replace("OCTET", "(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])"));
  private static final Pattern COLONS = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private AddressText() {}

  /**
   * Reads {@code 192.0.2.1}, {@code 2001:db8::1}. An IPv4 address within IPv6 ({@code
   * ::ffff:192.0.2.1}) is an IPv4 address.
   *
   * @return null for all else, names, zones and brackets included
   */
  static @Nullable InetAddress parse(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    boolean v6 = COLONS.matcher(text).matches();
    if (!v6 && !DOTTED_QUAD.matcher(text).matches()) {
      return null;
    }
    try {
      // What is an address already, or stands in brackets, getByName doesn't ask a resolver for.
      return InetAddress.getByName(v6 ? '[' + text + ']' : text);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /**
   * The same address without the zone of a link, and an IPv4 address within IPv6 as an IPv4
   * address: what a socket says and what a header says become equal.
   */
  static InetAddress plain(InetAddress address) {
    return address instanceof Inet6Address ? of(address.getAddress()) : address;
  }

  /** The address of 4 or 16 bytes. */
  static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes: " + bytes.length, e);
    }
  }

  /** Writes it as RFC 5952 has it: {@code 2001:db8::1}. */
  static String format(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return address.getHostAddress();
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int skipFrom = -1;
    int skipped = 1; // one group of zeros alone is written (section 4.2.2)
    for (int i = 0; i < GROUPS; i++) {
      int zeros = 0;
      while (i + zeros < GROUPS && groups[i + zeros] == 0) {
        zeros++;
      }
      if (zeros > skipped) {
        skipFrom = i;
        skipped = zeros;
      }
      i += zeros;
    }
    StringBuilder text = new StringBuilder(LONGEST);
    for (int i = 0; i < GROUPS; i++) {
      if (i == skipFrom) {
        text.append("::");
        i += skipped - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
