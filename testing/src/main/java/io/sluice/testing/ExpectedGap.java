package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Gap;

/**
 * A gap that a {@link StreamProbe} was told of, to be looked at closer.
 *
 * <p>Immutable.
 *
 * @param gap the gap
 */
public record ExpectedGap(Gap gap) {

  /**
   * Asserts why events are missing.
   *
   * @throws AssertionError if it is for another reason
   */
  public ExpectedGap because(Gap.Reason reason) {
    assertThat(gap.reason()).as("reason of %s", gap).isEqualTo(reason);
    return this;
  }

  /**
   * Asserts how many are missing.
   *
   * @throws AssertionError if it is another number, or nobody knows
   */
  public ExpectedGap ofEvents(long missed) {
    assertThat(gap.missed()).as("missed of %s", gap).hasValue(missed);
    return this;
  }
}
