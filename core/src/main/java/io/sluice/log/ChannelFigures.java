package io.sluice.log;

/**
 * What is known of one channel.
 *
 * <p>Immutable.
 *
 * @param channel its name
 * @param retained how many events of it are retained
 * @param bytes bytes of their frames
 * @param oldest sequence of the oldest event retained, 0 if there is none
 * @param newest sequence of the newest event retained, 0 if there is none
 * @param evictedThrough up to this sequence its events have been given up
 */
public record ChannelFigures(
    String channel, int retained, long bytes, long oldest, long newest, long evictedThrough) {

  /** Under the log's lock. */
  static ChannelFigures of(Channel channel) {
    boolean some = channel.retained() > 0;
    return new ChannelFigures(
        channel.name,
        channel.retained(),
        channel.retainedBytes,
        some ? channel.oldestRetained() : 0,
        some ? channel.newest() : 0,
        channel.floor);
  }
}
