package io.sluice.client;

import org.jspecify.annotations.Nullable;

/** Data that a {@link Codec} can't read, or a value that it can't write. */
public final class CodecException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, for people
   * @param cause as the codec's library tells it, or null
   */
  public CodecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The same, with the event in its message. */
  CodecException of(ReceivedEvent event) {
    return new CodecException(
        "event " + event.id() + " of type " + event.type() + ": " + getMessage(), this);
  }
}
