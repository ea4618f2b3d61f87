package io.sluice.presence;

import org.jspecify.annotations.Nullable;

/**
 * Who is behind a stream. However many streams somebody has, they are there once; of those without
 * a name each stream is one.
 *
 * <p>Immutable.
 *
 * @param name who it is, or null if that isn't known; a name of more than {@value #MAX_LENGTH}
 *     characters isn't told, and is null too
 */
public record Member(@Nullable String name) {

  /** The longest name that is told. */
  public static final int MAX_LENGTH = 256;

  /** Somebody of whom nothing is known. */
  public static final Member ANONYMOUS = new Member(null);

  public Member {
    name = name == null || name.length() > MAX_LENGTH ? null : name;
  }
}
