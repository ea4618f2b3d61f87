package io.sluice.server;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request is for (RFC 9112, section 3.2): the path, and the query that goes with it.
 *
 * <p>Immutable.
 *
 * @param path as it was sent, not decoded; begins with a slash, or is {@code *}
 * @param rawQuery what follows the question mark, not decoded; empty if there is nothing
 * @param authority the host and port of a target in absolute form, null in all others
 */
record Target(String path, String rawQuery, @Nullable String authority) {

  /** Stands for a target that can't be read. */
  static final Target NOWHERE = new Target("/", "", null);

  /**
   * @param text an origin form ({@code /events?type=a}), an absolute form, or {@code *}
   * @throws RefusedException with 400 {@code malformed-target} for anything else
   */
  static Target parse(String text) {
    String authority = null;
    String rest = text;
    if (!text.startsWith("/") && !text.equals("*")) {
      int start = absoluteStart(text);
      int end = start;
      while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
        end++;
      }
      authority = text.substring(start, end);
      rest = text.startsWith("/", end) ? text.substring(end) : "/" + text.substring(end);
    }
    int mark = rest.indexOf('?');
    return mark < 0
        ? new Target(rest, "", authority)
        : new Target(rest.substring(0, mark), rest.substring(mark + 1), authority);
  }

  private static int absoluteStart(String text) {
    for (String scheme : List.of("http://", "https://")) {
      if (text.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return scheme.length();
      }
    }
    throw new RefusedException(
        Problem.badRequest(
            "malformed-target", "the target of a request must be a path that begins with /"));
  }

  /**
   * The rest of the path, decoded.
   *
   * @param from where it begins
   * @throws RefusedException with 400 {@code malformed-path} if it can't be decoded
   */
  String decodedFrom(int from) {
    String decoded = PercentDecoder.decode(path.substring(from), false);
    if (decoded == null) {
      throw new RefusedException(
          Problem.badRequest("malformed-path", "the path must be percent-encoded UTF-8"));
    }
    return decoded;
  }

  /**
   * The path's segments, decoded: of {@code /stocks/AA%50L} these are {@code stocks} and {@code
   * AAPL}.
   *
   * @throws RefusedException with 400 {@code malformed-path} if one can't be decoded
   */
  List<String> segments() {
    return path.equals("*")
        ? List.of()
        : Arrays.stream(path.substring(1).split("/", -1))
            .map(segment -> new Target(segment, "", null).decodedFrom(0))
            .toList();
  }

  /**
   * The parameters.
   *
   * @throws RefusedException with 400 {@code malformed-query} if they can't be decoded
   */
  Query query() {
    return Query.parse(rawQuery);
  }
}
