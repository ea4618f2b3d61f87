package io.sluice.access;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says who is really there when proxies are in between. What a header says is believed as far as
 * trusted proxies have written it, and not a step further: anybody can send the header.
 *
 * <p>Immutable.
 */
public final class ClientAddress {

  // Each proxy adds the peer that it has at the end, so the end is what the nearest one says. From
  // there the walk goes to the left, as long as the hop that wrote an element is trusted. What a
  // client has put into the header itself stands to the left of what the first proxy wrote, and is
  // never reached. For the same reason the lists are taken apart from their end: a quotation mark
  // that a client opened and didn't close would otherwise swallow what proxies have added.

  private final List<Network> trusted;

  /**
   * @param trusted whose headers are believed; none: nobody's
   */
  public ClientAddress(List<Network> trusted) {
    this.trusted = List.copyOf(trusted);
  }

  /** Whether an address is a proxy's whose word counts. */
  public boolean isTrusted(InetAddress address) {
    for (Network network : trusted) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The address that counts as the client's: the first one, seen from here, that isn't a trusted
   * proxy's. Where a hop can't be read, or its proxy hides it, the proxy that wrote it counts. If
   * both headers are there and name different clients, the peer counts: a proxy writes one of them
   * and may let the other pass as the client made it.
   *
   * @param peer the other end of the connection
   * @param xForwardedFor all lines of {@code X-Forwarded-For}, in order
   * @param forwarded all lines of {@code Forwarded} (RFC 7239), in order
   */
  public InetAddress resolve(InetAddress peer, List<String> xForwardedFor, List<String> forwarded) {
    InetAddress plain = AddressText.plain(peer);
    if (!isTrusted(plain)) {
      return plain;
    }
    if (forwarded.isEmpty()) {
      return walk(plain, xForwardedFor, ForwardedNode::ofXForwardedFor);
    }
    InetAddress standard = walk(plain, forwarded, ForwardedNode::ofForwarded);
    if (xForwardedFor.isEmpty()) {
      return standard;
    }
    InetAddress usual = walk(plain, xForwardedFor, ForwardedNode::ofXForwardedFor);
    return usual.equals(standard) ? usual : plain;
  }

  private InetAddress walk(
      InetAddress peer, List<String> lines, Function<String, @Nullable InetAddress> node) {
    InetAddress hop = peer;
    for (String line : lines.reversed()) {
      int end = line.length();
      while (end >= 0) {
        int start = lastElement(line, end);
        String element = line.substring(start, end).strip();
        end = start - 1;
        if (element.isEmpty()) {
          continue; // RFC 9110, section 5.6.1.2
        }
        InetAddress before = node.apply(element);
        if (before == null) {
          return hop;
        }
        hop = before;
        if (!isTrusted(hop)) {
          return hop;
        }
      }
    }
    return hop;
  }

  // Where the last element before an index begins: behind the nearest comma that isn't quoted.
  private static int lastElement(String line, int end) {
    int at = end - 1;
    while (at >= 0 && line.charAt(at) != ',') {
      if (line.charAt(at) == '"') {
        at = line.lastIndexOf('"', at - 1);
        while (at > 0 && isEscaped(line, at)) {
          at = line.lastIndexOf('"', at - 1);
        }
      }
      at--;
    }
    return Math.max(at + 1, 0);
  }

  private static boolean isEscaped(String line, int at) {
    int backslashes = 0;
    while (at > backslashes && line.charAt(at - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }
}
