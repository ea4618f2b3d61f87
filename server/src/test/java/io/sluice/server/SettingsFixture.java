package io.sluice.server;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A process whose environment, files, command line and heap a test writes down. */
final class SettingsFixture {

  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> files = new HashMap<>();
  private final List<SettingOption> options = new ArrayList<>();
  private @Nullable String config;
  private long heapBytes = 1L << 30;

  SettingsFixture variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** A file that {@code --config} names. */
  SettingsFixture file(String yaml) {
    return fileNamed("sluice.yaml", yaml).config("sluice.yaml");
  }

  SettingsFixture fileNamed(String name, String yaml) {
    files.put(name, yaml);
    return this;
  }

  SettingsFixture config(String name) {
    config = name;
    return this;
  }

  SettingsFixture flag(String setting, String value) {
    Setting<?> row = SettingTable.find(setting).orElseThrow();
    return option(new SettingOption(row, value, row.flag()));
  }

  SettingsFixture option(SettingOption option) {
    options.add(option);
    return this;
  }

  SettingsFixture heap(long bytes) {
    heapBytes = bytes;
    return this;
  }

  EffectiveSettings load() {
    return new SettingsLoader(environment, this::read, heapBytes).load(config, options);
  }

  private String read(Path file) throws IOException {
    String text = files.get(file.toString());
    if (text == null) {
      throw new NoSuchFileException(file.toString());
    }
    return text;
  }

  Settings settings() {
    return load().settings();
  }

  /** The source of each setting, by name. */
  Map<String, String> sources() {
    return load().items().stream()
        .collect(Collectors.toMap(EffectiveSettings.Item::name, EffectiveSettings.Item::source));
  }

  /** What is wrong, a line each. */
  List<String> problems() {
    return catchThrowableOfType(InvalidSettingsException.class, this::load).problems().stream()
        .map(SettingProblem::toString)
        .toList();
  }
}
