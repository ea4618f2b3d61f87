package io.sluice.log;

import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A log's parts put together by hand, with segments so small that there are many. */
final class LogParts {

  static final int SEGMENT_BYTES = 256;

  final Segments segments = new Segments(SEGMENT_BYTES, 1);
  final ChannelTree tree = new ChannelTree();
  final Weights weights = new Weights();
  final Keeper keeper = new Keeper(segments, weights);
  final Cleaner cleaner = new CarryingCleaner(segments);
  long head;

  /** Appends an event whose frame is so long. Returns its sequence. */
  long add(String name, @Nullable String type, int length, Retention retention, long time) {
    Channel channel = tree.findOrAdd(name);
    if (channel.retention == null) {
      channel.open(retention, 0, 0, 0);
    }
    head++;
    Segment tail = segments.tail();
    if (!tail.hasRoom(length)) {
      tail = segments.roll(head, length);
    }
    tail.bytes[tail.used()] = (byte) head;
    channel.add(head);
    int end = tail.used() + length;
    tail.add(channel, type, null, time, end);
    keeper.added(channel, retention, tail, length);
    return head;
  }

  List<Long> scan(Selection selection, @Nullable Replay replay, long after, int maxBytes) {
    Entries entries = new Entries();
    List<Long> found = new ArrayList<>();
    long position = after;
    while (position < head) {
      position =
          new Scan(stretch(selection, replay, position, maxBytes), 7, Integer.MAX_VALUE, maxBytes)
              .run(segments.snapshot(), position, head, entries);
      collect(entries, found);
    }
    return found;
  }

  List<Long> merge(Selection selection, @Nullable Replay replay, long after, int maxBytes) {
    Entries entries = new Entries();
    List<Long> found = new ArrayList<>();
    long position = after;
    while (position < head) {
      entries.clear();
      Set<Channel> channels = Merge.worthwhile(tree, selection, Integer.MAX_VALUE);
      if (channels == null) {
        throw new IllegalStateException("more channels than are ever merged");
      }
      position =
          new Merge(segments.snapshot(), stretch(selection, replay, position, maxBytes))
              .run(channels, entries);
      collect(entries, found);
    }
    return found;
  }

  private Stretch stretch(Selection selection, @Nullable Replay replay, long after, int maxBytes) {
    return new Stretch(selection, after, head, replay, Map.of(), maxBytes);
  }

  private static void collect(Entries entries, List<Long> found) {
    for (int i = 0; i < entries.count(); i++) {
      found.add(entries.sequence(i));
    }
  }

  /** Selects by patterns and, unless it is null, by one type. */
  record Wanted(List<ChannelPattern> patterns, @Nullable String type) implements Selection {

    static Wanted of(String... patterns) {
      return new Wanted(List.of(patterns).stream().map(ChannelPattern::parse).toList(), null);
    }

    @Override
    public boolean matches(String channel) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(channel));
    }

    @Override
    public boolean accepts(@Nullable String each) {
      return type == null || type.equals(each);
    }
  }
}
