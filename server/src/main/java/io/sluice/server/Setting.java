package io.sluice.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of settings: a name and all that is to be known about it. The same row reads
 * files, variables and command lines, and writes the help and the documentation.
 *
 * <p>Immutable.
 *
 * @param <T> its values
 */
public final class Setting<T> {

  private final String name;
  private final SettingType<T> type;
  private final T byDefault;
  private final String meaning;

  Setting(String name, SettingType<T> type, T byDefault, String meaning) {
    this.name = name;
    this.type = type;
    this.byDefault = byDefault;
    this.meaning = meaning;
  }

  /** As in the configuration file, with dots: {@code stream.write-timeout}. */
  public String name() {
    return name;
  }

  /** The environment variable: {@code SLUICE_STREAM_WRITE_TIMEOUT}. */
  public String variable() {
    return Environment.PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The command line option: {@code --stream.write-timeout}. */
  public String flag() {
    return "--" + name;
  }

  /** Whether it is true or false. */
  public boolean isSwitch() {
    return byDefault instanceof Boolean;
  }

  /** Whether {@link #kind()} already names all its values. */
  public boolean isChoice() {
    return isSwitch() || byDefault instanceof Enum;
  }

  /** What kind of value it has: {@code duration}, {@code gap|disconnect}. */
  public String kind() {
    return type.kind();
  }

  /** Which values there are, in a few words: {@code 1s to 1h}. */
  public String range() {
    return type.range();
  }

  /** Its default in text form, empty for nothing. */
  public String defaultText() {
    return type.write(byDefault) instanceof ConfigValue.Text(String text) ? text : "";
  }

  /** What it does, in a sentence. */
  public String meaning() {
    return meaning;
  }

  T byDefault() {
    return byDefault;
  }

  @Nullable T read(ConfigValue value, Origin origin, Problems problems) {
    return type.read(name, value, origin, problems);
  }

  ConfigValue write(T value) {
    return type.write(value);
  }

  @Override
  public String toString() {
    return name;
  }
}
