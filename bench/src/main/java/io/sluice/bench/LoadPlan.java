package io.sluice.bench;

/**
 * Everything that a {@link LoadRun} needs to know. Immutable.
 *
 * @param target the server under test
 * @param audience who subscribes
 * @param publishing who publishes
 * @param phases how long
 */
public record LoadPlan(Target target, Audience audience, Publishing publishing, Phases phases) {

  /** Checks that several channels can be told apart. */
  public LoadPlan {
    if (audience.channels() > 1 && !target.channel().contains("{n}")) {
      throw new IllegalArgumentException(
          audience.channels() + " channels, but \"" + target.channel() + "\" has no {n}");
    }
  }
}
