package io.sluice.hub;

import io.sluice.log.Loss;
import io.sluice.log.Lost;
import io.sluice.log.Piece;
import io.sluice.log.Replay;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Stretch;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one reader of the log has to know while it is behind: what of the past it wants, and what it
 * was told to be lost.
 *
 * <p>Confined to its loop.
 */
final class Reading {

  /** What holds for the past; null when that has been read. */
  @Nullable Replay replay;

  private long told;
  private Map<String, Long> lost = Map.of();
  private long toldUpTo;
  private @Nullable Stretch fetchedStretch;
  private @Nullable Piece fetched;

  private Reading(@Nullable Replay replay, long told) {
    this.replay = replay;
    this.told = told;
  }

  /** Of a reader that stands where nothing is lost. */
  static Reading from(long told) {
    return new Reading(null, told);
  }

  /** Of a reader that begins. */
  static Reading from(Start start) {
    return new Reading(start.replay(), start.told());
  }

  /** The stamp up to which losses are told. */
  long told() {
    return told;
  }

  /** The same, without what was asked for or has come. */
  Reading anew() {
    Reading other = new Reading(replay, told);
    other.lost = lost;
    other.toldUpTo = toldUpTo;
    return other;
  }

  /** Has losses looked for anew: there are channels of which nothing has been told yet. */
  void forgetTold() {
    told = 0;
  }

  /** The part to be read next. */
  Stretch next(Selection wanted, long after, long upTo, int maxBytes) {
    return new Stretch(wanted, after, upTo, replay, lost, maxBytes);
  }

  /**
   * The reader is told of a loss.
   *
   * @param position where it stands
   * @return how many are missing that it wasn't told of before, or {@link Loss#UNKNOWN}
   */
  long tell(Lost more, long position) {
    Loss loss = more.loss();
    // What overlaps with a loss told before can't be counted again.
    long missed = toldUpTo > position ? Loss.UNKNOWN : loss.missed();
    told = loss.stamp();
    toldUpTo = Math.max(toldUpTo, loss.upTo());
    Map<String, Long> all = new HashMap<>(more.channels());
    lost.forEach(
        (channel, upTo) -> {
          if (upTo > position) {
            all.merge(channel, upTo, Math::max);
          }
        });
    lost = all;
    return missed;
  }

  /** Keeps what came from the store until it is the reader's turn. */
  void fetched(Stretch stretch, Piece piece) {
    fetchedStretch = stretch;
    fetched = piece;
  }

  /** What came from the store, if it is still what is wanted; it is given out once. */
  @Nullable Piece take(Stretch wanted) {
    Stretch stretch = fetchedStretch;
    Piece piece = fetched;
    fetchedStretch = null;
    fetched = null;
    return stretch != null
            && stretch.after() == wanted.after()
            && stretch.selection().equals(wanted.selection())
        ? piece
        : null;
  }
}
