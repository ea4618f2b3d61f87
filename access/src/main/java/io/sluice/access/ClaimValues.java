package io.sluice.access;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares claims with what rules say. A claim's name stands for the claim that has it, or else,
 * with dots, for the way to it: {@code realm.id} is {@code id} in {@code realm}.
 */
final class ClaimValues {

  private ClaimValues() {}

  /** Whether a claim has a value, or is a list with the value in it. */
  static boolean has(Identity who, String name, CharSequence value) {
    Object claim = find(who.claims(), name);
    if (claim instanceof List<?> several) {
      for (Object one : several) {
        if (isSame(one, value)) {
          return true;
        }
      }
      return false;
    }
    return isSame(claim, value);
  }

  // Names with dots in them are common ("https://app.example/tenant"), so the whole name is first.
  private static @Nullable Object find(Map<?, ?> claims, String name) {
    Object whole = claims.get(name);
    int dot = name.indexOf('.');
    if (whole != null || dot < 0) {
      return whole;
    }
    return claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner
        ? find(inner, name.substring(dot + 1))
        : null;
  }

  private static boolean isSame(@Nullable Object claim, CharSequence value) {
    return switch (claim) {
      case String text -> text.contentEquals(value);
      case Number number -> number.toString().contentEquals(value);
      case Boolean truth -> truth.toString().contentEquals(value);
      case null, default -> false;
    };
  }
}
