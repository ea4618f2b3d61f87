package io.sluice.log;

/**
 * Events that a reader should have had and can't get any more.
 *
 * @param stamp counts cleanings: losses with later stamps aren't told with this one
 * @param upTo the newest sequence lost
 * @param missed how many, or {@link #UNKNOWN}
 * @param disconnect whether one of the channels ends the streams of those who are behind
 */
public record Loss(long stamp, long upTo, long missed, boolean disconnect) {

  /** It isn't known how many were missed. */
  public static final long UNKNOWN = -1;
}
