package io.sluice.server;

import java.util.ArrayList;
import java.util.List;

/** What was found wrong so far: all of it is told at once. One caller at a time. */
final class Problems {

  private final List<SettingProblem> found = new ArrayList<>();

  /** Adds a problem; the advice may be empty. */
  void add(String setting, String wrong, Origin origin, String advice) {
    found.add(new SettingProblem(setting, wrong, origin.toString(), advice));
  }

  /** Adds a name that no setting has, with the nearest of those that could have been meant. */
  void addUnknown(String name, Origin origin, Iterable<String> known) {
    String nearest = NearestName.of(name, known);
    add(name, "unknown setting", origin, nearest == null ? "" : "did you mean " + nearest + "?");
  }

  /**
   * @throws InvalidSettingsException if there is any
   */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidSettingsException(found);
    }
  }
}
