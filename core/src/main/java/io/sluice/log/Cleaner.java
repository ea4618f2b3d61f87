package io.sluice.log;

/**
 * Makes room in memory.
 *
 * <p>Guarded by the log's lock.
 */
interface Cleaner {

  /**
   * Gives back a segment's memory.
   *
   * @param passed every reader is past this sequence; later segments are left alone
   * @param maxLiveRatio how much of it may be retained by channels
   * @return whether there was one
   */
  boolean cleanOne(long passed, double maxLiveRatio);

  /** The newest sequence of any channel whose bytes can't be had any more. */
  long lost();

  /**
   * How many times segments were cleaned that may have lost something: the stamp of the newest
   * losses.
   */
  long stamp();

  /** Bytes of channels' indexes that cleaning has given back since this was last asked. */
  long takeFreedIndexBytes();

  /** Bytes of frames that were carried over. */
  long copiedBytes();
}
