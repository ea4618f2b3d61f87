package io.sluice.server;

/**
 * One thing that is wrong with the settings.
 *
 * <p>Immutable.
 *
 * @param setting the name of the setting, known or not
 * @param wrong what is wrong, with the value
 * @param source where the value came from: {@code sluice.yaml:7}, {@code SLUICE_DRAIN}, {@code
 *     --drain}
 * @param advice what is allowed, or what to do
 */
public record SettingProblem(String setting, String wrong, String source, String advice) {

  /** One line for people. */
  @Override
  public String toString() {
    String line = setting + ": " + wrong + " (" + source + ")";
    return advice.isEmpty() ? line : line + "; " + advice;
  }
}
