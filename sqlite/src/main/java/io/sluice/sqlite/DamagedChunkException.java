package io.sluice.sqlite;

/** A row isn't as it was written. */
final class DamagedChunkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DamagedChunkException(ChunkHead head, String why) {
    super("the row of events " + head.first() + " to " + head.last() + " is damaged: " + why);
  }
}
