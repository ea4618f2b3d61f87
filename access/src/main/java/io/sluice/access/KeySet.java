package io.sluice.access;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The keys that tokens may be signed with, and which of them a token is about.
 *
 * <p>Immutable.
 */
final class KeySet {

  static final KeySet EMPTY = new KeySet(List.of());

  /** So many keys are tried on a token that names none. Each costs a signature. */
  static final int MAX_TRIED = 8;

  /** Which keys a token may be signed with. */
  sealed interface Match {
    /** With one of these; {@code named} if it is by the name that the token gave. */
    record Keys(List<TokenKey> keys, boolean named) implements Match {}

    /** The key that it names, or all keys, are for other algorithms. */
    record OtherAlgorithm() implements Match {}

    /** The name isn't known. */
    record UnknownName() implements Match {}

    /** It names none, and too many would have to be tried. */
    record TooMany(int keys) implements Match {}
  }

  private final Set<TokenKey> keys;
  private final Map<String, List<TokenKey>> byName = new LinkedHashMap<>();
  private final List<TokenKey> nameless = new ArrayList<>();

  KeySet(List<TokenKey> keys) {
    this.keys = new LinkedHashSet<>(keys);
    for (TokenKey key : this.keys) {
      String id = key.id();
      if (id == null) {
        nameless.add(key);
      } else {
        byName.computeIfAbsent(id, name -> new ArrayList<>(1)).add(key);
      }
    }
  }

  KeySet and(KeySet others) {
    if (keys.isEmpty() || others.keys.isEmpty()) {
      return keys.isEmpty() ? others : this;
    }
    List<TokenKey> all = new ArrayList<>(keys);
    all.addAll(others.keys);
    return new KeySet(all);
  }

  boolean contains(TokenKey key) {
    return keys.contains(key);
  }

  int size() {
    return keys.size();
  }

  /** The names of the algorithms that any of the keys is for, in order. */
  Set<String> algorithms() {
    Set<String> names = new TreeSet<>();
    for (TokenKey key : keys) {
      key.algorithms().forEach(algorithm -> names.add(algorithm.getName()));
    }
    return names;
  }

  /** A key of that name comes first; then those without a name, which any name may mean. */
  Match match(@Nullable String name, JWSAlgorithm algorithm) {
    if (name != null && byName.containsKey(name)) {
      List<TokenKey> fitting = fitting(byName.get(name), algorithm);
      return fitting.isEmpty() ? new Match.OtherAlgorithm() : new Match.Keys(fitting, true);
    }
    List<TokenKey> fitting = fitting(name == null ? keys : nameless, algorithm);
    if (fitting.size() > MAX_TRIED) {
      return new Match.TooMany(fitting.size());
    }
    if (!fitting.isEmpty()) {
      return new Match.Keys(fitting, false);
    }
    return name == null || fitting(keys, algorithm).isEmpty()
        ? new Match.OtherAlgorithm()
        : new Match.UnknownName();
  }

  private static List<TokenKey> fitting(
      @Nullable Iterable<TokenKey> among, JWSAlgorithm algorithm) {
    List<TokenKey> fitting = new ArrayList<>(1);
    if (among != null) {
      for (TokenKey key : among) {
        if (key.algorithms().contains(algorithm)) {
          fitting.add(key);
        }
      }
    }
    return fitting;
  }
}
