package io.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Codec;
import io.sluice.client.ReceivedEvent;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ObjectAssert;

/**
 * An event that a {@link StreamProbe} has seen, to be looked at closer.
 *
 * <p>Immutable.
 *
 * @param event the event
 */
public record ExpectedEvent(ReceivedEvent event) {

  /**
   * Asserts what its data is.
   *
   * @throws AssertionError if it is something else
   */
  public ExpectedEvent withData(String data) {
    data().isEqualTo(data);
    return this;
  }

  /**
   * Asserts where it was published.
   *
   * @throws AssertionError if that was elsewhere
   */
  public ExpectedEvent onChannel(String channel) {
    assertThat(event.channel()).as("channel of %s", event).isEqualTo(channel);
    return this;
  }

  /** Its data, for AssertJ. */
  public AbstractStringAssert<?> data() {
    return assertThat(event.data()).as("data of %s", event);
  }

  /** Its data as a value, for AssertJ. */
  public <T> ObjectAssert<T> data(Codec<T> codec) {
    return new ObjectAssert<>(event.data(codec)).as("data of %s", event);
  }
}
