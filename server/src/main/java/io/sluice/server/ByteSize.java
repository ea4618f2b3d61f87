package io.sluice.server;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory, written with its unit: {@code 256MiB}, {@code 100kB}, {@code 1B}.
 *
 * <p>Immutable.
 *
 * @param bytes the amount, 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

  /** The units that a size may have, smallest first: powers of 1024 and of 1000 (IEC 80000-13). */
  static final String UNITS = "B, KiB, MiB, GiB, TiB, kB, MB, GB or TB";

  private static final Pattern FORM = Pattern.compile("([0-9]+) ?([A-Za-z]*)");
  private static final Map<String, Long> BINARY = new LinkedHashMap<>();
  private static final Map<String, Long> DECIMAL = new LinkedHashMap<>();

  static {
    BINARY.put("TiB", 1L << 40);
    BINARY.put("GiB", 1L << 30);
    BINARY.put("MiB", 1L << 20);
    BINARY.put("KiB", 1L << 10);
    DECIMAL.put("TB", 1_000_000_000_000L);
    DECIMAL.put("GB", 1_000_000_000L);
    DECIMAL.put("MB", 1_000_000L);
    DECIMAL.put("kB", 1_000L);
  }

  /**
   * @throws IllegalArgumentException if the amount is negative
   */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size must not be negative: " + bytes);
    }
  }

  /** So many times 1024 bytes. */
  public static ByteSize kibibytes(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 10));
  }

  /** So many times 1024 KiB. */
  public static ByteSize mebibytes(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 20));
  }

  /**
   * Reads a size in its text form: a whole number and a unit.
   *
   * @throws IllegalArgumentException if the text isn't one, has no unit, or is more than a {@code
   *     long} holds; the message says which
   */
  public static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(text + " is not a size");
    }
    String unit = form.group(2);
    if (unit.isEmpty()) {
      throw new IllegalArgumentException(text + " has no unit");
    }
    BigInteger bytes =
        new BigInteger(form.group(1)).multiply(BigInteger.valueOf(factor(text, unit)));
    if (bytes.bitLength() > 63) {
      throw new IllegalArgumentException(text + " is too large");
    }
    return new ByteSize(bytes.longValue());
  }

  private static long factor(String text, String unit) {
    if (unit.equals("B")) {
      return 1;
    }
    Long factor = BINARY.getOrDefault(unit, DECIMAL.get(unit));
    if (factor == null) {
      throw new IllegalArgumentException(text + " has the unknown unit " + unit);
    }
    return factor;
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The text form with the largest unit that says it exactly: {@code 64MiB}, {@code 100kB}. */
  @Override
  public String toString() {
    for (Map<String, Long> units : List.of(BINARY, DECIMAL)) {
      for (Map.Entry<String, Long> unit : units.entrySet()) {
        if (bytes > 0 && bytes % unit.getValue() == 0) {
          return bytes / unit.getValue() + unit.getKey();
        }
      }
    }
    return bytes + "B";
  }
}
