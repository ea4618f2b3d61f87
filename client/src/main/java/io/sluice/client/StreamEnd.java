package io.sluice.client;

/**
 * Why a stream is over for good. Lost connections are none of these: they are made again.
 *
 * <p>Immutable. Each says in {@code toString} what happened, for people.
 */
public sealed interface StreamEnd {

  /** Whether it ended as somebody wanted it: the application closed it, or the server is done. */
  default boolean isInGoodOrder() {
    return this instanceof Closed || this instanceof Completed;
  }

  /** The application closed it. */
  record Closed() implements StreamEnd {
    @Override
    public String toString() {
      return "the stream was closed";
    }
  }

  /** The server has nothing more to send: HTTP 204, or the end of the only connection wanted. */
  record Completed() implements StreamEnd {
    @Override
    public String toString() {
      return "the server has nothing more to send";
    }
  }

  /**
   * The server refuses the stream, and asking again won't change that.
   *
   * @param problem why
   */
  record Refused(Problem problem) implements StreamEnd {
    @Override
    public String toString() {
      return "refused: " + problem;
    }
  }

  /**
   * The server answered with something else, or from where it wasn't wanted.
   *
   * @param detail what, for people
   */
  record NotAStream(String detail) implements StreamEnd {
    @Override
    public String toString() {
      return detail;
    }
  }

  /**
   * An event is larger than {@link EventStream#maxBlockBytes}. It would come again after a
   * reconnect, so there is none.
   *
   * @param maxBlockBytes the limit
   */
  record TooLarge(int maxBlockBytes) implements StreamEnd {
    @Override
    public String toString() {
      return "a block of the stream is larger than "
          + maxBlockBytes
          + " bytes; maxBlockBytes can allow more";
    }
  }

  /**
   * The token isn't good any more, and there is no supplier of another one.
   *
   * @param reason {@code token}, or {@code revoked}
   */
  record Expired(String reason) implements StreamEnd {
    @Override
    public String toString() {
      String why = reason.equals("revoked") ? "was revoked" : "has expired";
      return "the token " + why + ", and there is no supplier of a new one";
    }
  }

  /**
   * The only connection wanted was lost ({@link EventStream#reconnects}).
   *
   * @param reason why, for people
   */
  record Lost(String reason) implements StreamEnd {
    @Override
    public String toString() {
      return reason;
    }
  }

  /**
   * The application's own code threw something.
   *
   * @param cause what
   */
  record Failed(Throwable cause) implements StreamEnd {
    @Override
    public String toString() {
      return "the receiver failed: " + cause;
    }
  }
}
