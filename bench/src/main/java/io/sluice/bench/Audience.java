package io.sluice.bench;

/**
 * Who subscribes. Subscriber number i is on channel number i modulo the number of channels.
 *
 * @param subscribers how many
 * @param channels over how many channels they are spread; more than one wants a channel with {@code
 *     {n}}
 * @param connecting how many may be connecting at the same time
 * @param threads how many threads read
 */
public record Audience(int subscribers, int channels, int connecting, int threads) {

  /** Checks the numbers. */
  public Audience {
    if (subscribers < 0 || channels < 1 || connecting < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "an audience of %d subscribers, %d channels, %d connecting, %d threads"
              .formatted(subscribers, channels, connecting, threads));
    }
  }

  /** So many on one channel, read by one thread, with up to 256 connecting. */
  public static Audience of(int subscribers) {
    return new Audience(subscribers, 1, 256, 1);
  }

  /** Subscribers on the channel with this number. */
  int on(int channel) {
    return subscribers / channels + (channel < subscribers % channels ? 1 : 0);
  }
}
