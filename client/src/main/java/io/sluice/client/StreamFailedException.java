package io.sluice.client;

/**
 * A stream is over, and not because anybody wanted it. The reason is {@link #end}; a lost
 * connection is none.
 */
public final class StreamFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // nobody sends it away
  private final StreamEnd end;

  StreamFailedException(StreamEnd end) {
    super(end.toString(), end instanceof StreamEnd.Failed failed ? failed.cause() : null);
    this.end = end;
  }

  /** Why. */
  public StreamEnd end() {
    return end;
  }
}
