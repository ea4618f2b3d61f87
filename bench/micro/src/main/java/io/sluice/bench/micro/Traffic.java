package io.sluice.bench.micro;

import io.sluice.event.Publication;
import io.sluice.log.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Events ready to be appended, and the order in which channels get them: random, but the same in
 * each run.
 *
 * <p>One caller at a time.
 */
final class Traffic {

  private static final String DATA = "x".repeat(100);
  private static final long SEED = 20_261_120;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<List<Draft>> drafts = new ArrayList<>();
  private final int busyPercent;

  private Traffic(int channels, int busyPercent) {
    this.busyPercent = busyPercent;
    for (int i = 0; i < channels; i++) {
      // Names of one length make frames of one length.
      String channel = "rooms/%06d".formatted(i);
      drafts.add(List.of(Draft.of(Publication.of(channel, DATA))));
    }
  }

  /** Every channel gets as much as any other. */
  static Traffic uniform(int channels) {
    return new Traffic(channels, 0);
  }

  /** One channel gets this share, and all together share the rest. */
  static Traffic skewed(int channels, int busyPercent) {
    return new Traffic(channels, busyPercent);
  }

  /** The next event: a batch of one. */
  List<Draft> next() {
    return random.nextInt(100) < busyPercent ? drafts.getFirst() : anywhere();
  }

  /** An event of a channel that is any of them. */
  List<Draft> anywhere() {
    return drafts.get(random.nextInt(drafts.size()));
  }

  /** One event for each channel. */
  List<List<Draft>> everywhere() {
    return drafts;
  }
}
