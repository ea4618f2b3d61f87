package io.sluice.server;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the known name that somebody probably meant. */
final class NearestName {

  private NearestName() {}

  /**
   * The known name with the fewest typing errors from the given one, or whose last part (after a
   * dot) has; null if even the nearest is too different to be meant.
   */
  static @Nullable String of(String name, Iterable<String> known) {
    String nearest = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : known) {
      int errors = errors(name, candidate);
      if (errors < fewest) {
        fewest = errors;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static int errors(String name, String candidate) {
    int whole = tolerated(distance(name, candidate), name);
    int dot = candidate.lastIndexOf('.');
    if (dot < 0) {
      return whole;
    }
    // One more than the distance: the section is missing.
    int last = tolerated(distance(name, candidate.substring(dot + 1)), name);
    return last == Integer.MAX_VALUE ? whole : Math.min(whole, last + 1);
  }

  private static int tolerated(int distance, String name) {
    return distance <= Math.max(1, name.length() / 4) ? distance : Integer.MAX_VALUE;
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that turn one into the other: the
   * restricted Damerau-Levenshtein distance, case not counted.
   */
  static int distance(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = last[j - 1] + (same(from, i - 1, to, j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && same(from, i - 1, to, j - 2) && same(from, i - 2, to, j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[to.length()];
  }

  private static boolean same(String a, int i, String b, int j) {
    return Character.toLowerCase(a.charAt(i)) == Character.toLowerCase(b.charAt(j));
  }
}
