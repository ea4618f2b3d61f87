package io.sluice.subscription;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import io.sluice.log.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber wants: channels and patterns, and types. Two that want the same are equal, in
 * whatever order they said it.
 *
 * <p>Immutable.
 */
public final class Subscription implements Selection {

  /** What the type of events without one is called in a filter. */
  public static final String NO_TYPE = "message";

  private final List<ChannelPattern> patterns;
  private final List<String> types;
  private final Set<String> exact;
  private final List<ChannelPattern> wild;
  private final Set<String> accepted;

  private Subscription(SortedSet<ChannelPattern> patterns, SortedSet<String> types) {
    this.patterns = List.copyOf(patterns);
    this.types = List.copyOf(types);
    this.accepted = Set.copyOf(types);
    List<String> names = new ArrayList<>();
    List<ChannelPattern> others = new ArrayList<>();
    for (ChannelPattern pattern : patterns) {
      if (pattern.isExact()) {
        names.add(pattern.toString());
      } else {
        others.add(pattern);
      }
    }
    this.exact = Set.copyOf(names);
    this.wild = List.copyOf(others);
  }

  /**
   * A subscription.
   *
   * @param patterns channels and patterns; none means every channel
   * @param types types, {@value #NO_TYPE} for events without one; none means every type
   * @throws InvalidEventException with code {@code invalid-type} if a type can't be one
   */
  public static Subscription of(Collection<ChannelPattern> patterns, Collection<String> types) {
    for (String type : types) {
      Publication.checkName("type", type);
    }
    SortedSet<ChannelPattern> wanted = new TreeSet<>(patterns);
    if (wanted.isEmpty()) {
      wanted.add(ChannelPattern.ALL);
    }
    return new Subscription(wanted, new TreeSet<>(types));
  }

  /**
   * All events of the channels and patterns.
   *
   * @throws InvalidEventException with code {@code invalid-channel} if one breaks the rules
   */
  public static Subscription to(String... patterns) {
    return of(Arrays.stream(patterns).map(ChannelPattern::parse).toList(), List.of());
  }

  /**
   * Only the events of these types, {@value #NO_TYPE} for those without one, in place of the types
   * wanted so far.
   *
   * @throws InvalidEventException with code {@code invalid-type} if one can't be a type
   */
  public Subscription ofTypes(String... only) {
    return of(patterns, List.of(only));
  }

  /** With more channels and types. */
  public Subscription with(Collection<ChannelPattern> morePatterns, Collection<String> moreTypes) {
    List<ChannelPattern> allPatterns = new ArrayList<>(patterns);
    allPatterns.addAll(morePatterns);
    List<String> allTypes = new ArrayList<>(types);
    allTypes.addAll(moreTypes);
    return of(allPatterns, allTypes);
  }

  /**
   * Without some channels and types.
   *
   * @throws InvalidEventException with code {@code no-channel-left} if no channel is left
   */
  public Subscription without(
      Collection<ChannelPattern> lessPatterns, Collection<String> lessTypes) {
    List<ChannelPattern> restPatterns = new ArrayList<>(patterns);
    restPatterns.removeAll(lessPatterns);
    if (restPatterns.isEmpty()) {
      throw new InvalidEventException(
          "no-channel-left", "a stream keeps at least one channel; close it instead");
    }
    List<String> restTypes = new ArrayList<>(types);
    restTypes.removeAll(lessTypes);
    return of(restPatterns, restTypes);
  }

  @Override
  public List<ChannelPattern> patterns() {
    return patterns;
  }

  /** The channels and patterns in their text form. */
  public List<String> channels() {
    return patterns.stream().map(ChannelPattern::toString).toList();
  }

  /** The types wanted, or none for all. */
  public List<String> types() {
    return types;
  }

  @Override
  public boolean matches(String channel) {
    if (exact.contains(channel)) {
      return true;
    }
    for (int i = 0; i < wild.size(); i++) {
      if (wild.get(i).matches(channel)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean accepts(@Nullable String type) {
    return accepted.isEmpty() || accepted.contains(type == null ? NO_TYPE : type);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Subscription that
        && patterns.equals(that.patterns)
        && types.equals(that.types);
  }

  @Override
  public int hashCode() {
    return 31 * patterns.hashCode() + types.hashCode();
  }

  @Override
  public String toString() {
    return types.isEmpty() ? channels().toString() : channels() + " of " + types;
  }
}
