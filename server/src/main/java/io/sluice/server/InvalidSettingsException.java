package io.sluice.server;

import java.util.List;
import java.util.stream.Collectors;

/** Settings with which the server doesn't start. The message has a line for every problem. */
public final class InvalidSettingsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<SettingProblem> problems;

  /** Takes a copy of the list. */
  public InvalidSettingsException(List<SettingProblem> problems) {
    super(problems.stream().map(SettingProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong, in the order in which it was found; at least one. */
  public List<SettingProblem> problems() {
    return problems;
  }
}
