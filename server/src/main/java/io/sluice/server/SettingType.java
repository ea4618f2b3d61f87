package io.sluice.server;

import org.jspecify.annotations.Nullable;

/**
 * How the values of one kind of setting are read, checked, described and written.
 *
 * @param <T> the values
 */
sealed interface SettingType<T>
    permits ScalarType, ListType, RetentionType, ApiKeysType, RulesType, SchemasType {

  /**
   * Reads a value.
   *
   * @param name of the setting, for problems
   * @param origin of the value, for problems
   * @return the value, or null if there was a problem, which was added
   */
  @Nullable T read(String name, ConfigValue value, Origin origin, Problems problems);

  /** Writes a value so that {@link #read} gives it back. */
  ConfigValue write(T value);

  /** One word for what it is: {@code duration}. */
  String kind();

  /** Which values there are, in a few words: {@code 1s to 1h}. */
  String range();
}
