package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;

/**
 * Reads one setting's value as if it stood in {@code sluice.yaml} alone.
 *
 * @param name of the setting
 */
record TypeFixture<T>(String name, SettingType<T> type) {

  private static final Origin FILE = new Origin.InFile("sluice.yaml", 0);

  T read(String yaml) {
    return read(tree(yaml));
  }

  T read(ConfigValue value) {
    Problems problems = new Problems();
    T read = type.read(name, value, FILE, problems);
    problems.throwIfAny();
    return read;
  }

  /** What is wrong, a line each. */
  List<String> problems(String yaml) {
    Problems problems = new Problems();
    assertThat(type.read(name, tree(yaml), FILE, problems)).isNull();
    return catchThrowableOfType(InvalidSettingsException.class, problems::throwIfAny)
        .problems()
        .stream()
        .map(SettingProblem::toString)
        .toList();
  }

  /** What is read from what {@code sluice config} prints of a value. */
  T writtenAndRead(T value) {
    String yaml =
        YamlWriter.write(List.of(new EffectiveSettings.Item(name, type.write(value), "default")));
    ConfigValue.Mapping file = (ConfigValue.Mapping) tree(yaml);
    assertThat(file.entries().getFirst().key()).isEqualTo(name);
    return read(file.entries().getFirst().value());
  }

  private ConfigValue tree(String yaml) {
    Problems problems = new Problems();
    ConfigValue tree = YamlReader.read(name, yaml, FILE, problems);
    problems.throwIfAny();
    return tree;
  }
}
