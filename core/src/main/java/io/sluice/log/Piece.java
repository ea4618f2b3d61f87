package io.sluice.log;

import io.sluice.wire.FrameEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Store} read for somebody: frames as they would stand in the window.
 *
 * <p>Immutable.
 */
public final class Piece {

  private final Entries entries;
  private final long reached;
  private final @Nullable Lost lost;

  Piece(Entries entries, long reached, @Nullable Lost lost) {
    this.entries = entries;
    this.reached = reached;
    this.lost = lost;
  }

  /** The sequence up to which everything that was wanted is in it. */
  public long reached() {
    return reached;
  }

  /** What the reader should have had before these events and doesn't know to be lost, or null. */
  public @Nullable Lost lost() {
    return lost;
  }

  /** How many events it has. */
  public int count() {
    return entries.count();
  }

  /** Its events. Not to be changed. */
  public Entries entries() {
    return entries;
  }

  /**
   * What is known of an event beside its frame.
   *
   * @param sequence its place in the log
   * @param timeMillis when it was appended, in milliseconds since 1970
   * @param channel where it was published
   * @param type its type, or null for none
   * @param key the publisher's key, or null for none
   */
  public record Heading(
      long sequence,
      long timeMillis,
      String channel,
      @Nullable String type,
      @Nullable String key) {}

  /**
   * Puts a piece together.
   *
   * <p>One caller at a time.
   */
  public static final class Builder {

    private static final int FIRST_BYTES = 16 << 10;

    private final Framing framing;
    private final List<Heading> headings = new ArrayList<>();
    private byte[] bytes = new byte[FIRST_BYTES];
    private int[] ends = new int[64];
    private int used;

    /** Begins without an event. */
    public Builder(Framing framing) {
      this.framing = framing;
    }

    /** Bytes of all frames so far. */
    public int bytes() {
      return used;
    }

    /** How many events there are so far. */
    public int count() {
      return headings.size();
    }

    /**
     * Adds an event; its sequence must be past that of the one before.
     *
     * @param source has its frame without {@code id:} and {@code time:} lines: {@link Draft#body}
     * @param from index of that
     * @param length and its length
     */
    public Builder add(Heading heading, byte[] source, int from, int length) {
      int needed = used + FrameEncoder.MAX_HEAD_BYTES + length;
      if (needed > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
      }
      long sequence = heading.sequence;
      long time = framing.timeLines() ? heading.timeMillis : -1;
      used = FrameEncoder.head(bytes, used, framing.epochBytes(sequence), sequence, time);
      System.arraycopy(source, from, bytes, used, length);
      used += length;
      int count = headings.size();
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
      }
      ends[count] = used;
      headings.add(heading);
      return this;
    }

    /**
     * The piece.
     *
     * @param reached the sequence up to which everything that was wanted is in it
     */
    public Piece build(long reached) {
      return build(reached, null);
    }

    /** The piece, with a loss before its events. */
    public Piece build(long reached, @Nullable Lost lost) {
      int count = headings.size();
      Entries all = new Entries();
      if (count == 0) {
        return new Piece(all, reached, lost);
      }
      long[] sequences = headings.stream().mapToLong(Heading::sequence).toArray();
      Segment segment = Segment.cleaned(sequences, used);
      System.arraycopy(bytes, 0, segment.bytes, 0, used);
      Map<String, Channel> channels = new HashMap<>();
      for (int i = 0; i < count; i++) {
        Heading of = headings.get(i);
        Channel channel = channels.computeIfAbsent(of.channel, name -> new Channel(name, 0, null));
        segment.add(channel, of.type, of.key, of.timeMillis, ends[i]);
        all.add(segment, i);
      }
      return new Piece(all, reached, lost);
    }
  }
}
