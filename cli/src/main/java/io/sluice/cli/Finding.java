package io.sluice.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What an examination of a hub, and of all that stands before it, has found in one respect.
 *
 * <p>Immutable.
 *
 * @param check what was looked at, in a word that stays: {@code buffering}
 * @param verdict what it means
 * @param seen what was seen, for people
 * @param remedy what to change
 */
record Finding(String check, Verdict verdict, String seen, Remedy remedy) {

  /** What a finding means. */
  enum Verdict {
    /** As it should be. */
    OK,
    /** Good to know. */
    NOTE,
    /** It works, and could be better. */
    WARNING,
    /** Clients suffer from it. */
    PROBLEM,
    /** It wasn't looked at. */
    SKIPPED
  }

  static Finding ok(String check, String seen) {
    return new Finding(check, Verdict.OK, seen, Remedy.NONE);
  }

  static Finding note(String check, String seen) {
    return new Finding(check, Verdict.NOTE, seen, Remedy.NONE);
  }

  static Finding skipped(String check, String why) {
    return new Finding(check, Verdict.SKIPPED, why, Remedy.NONE);
  }

  static Finding warning(String check, String seen, Remedy remedy) {
    return new Finding(check, Verdict.WARNING, seen, remedy);
  }

  static Finding problem(String check, String seen, Remedy remedy) {
    return new Finding(check, Verdict.PROBLEM, seen, remedy);
  }

  /** For JSON. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("check", check);
    json.put("verdict", verdict.name().toLowerCase(Locale.ROOT));
    json.put("seen", seen);
    if (!remedy.places().isEmpty()) {
      json.put("change", remedy.places());
    }
    return json;
  }
}
