package io.sluice.wire;

/** A stream holds a block that is larger than its reader is willing to keep in memory. */
public final class BlockTooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int maxBlockBytes;

  /**
   * @param maxBlockBytes the limit that was exceeded
   */
  public BlockTooLargeException(int maxBlockBytes) {
    super("A block of the event stream is larger than " + maxBlockBytes + " bytes");
    this.maxBlockBytes = maxBlockBytes;
  }

  /** The limit that was exceeded, in bytes. */
  public int maxBlockBytes() {
    return maxBlockBytes;
  }
}
