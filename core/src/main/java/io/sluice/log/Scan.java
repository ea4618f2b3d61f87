package io.sluice.log;

import org.jspecify.annotations.Nullable;

/**
 * Reads the log from a position on, entry by entry. Costs what lies between, so it serves who wants
 * most of it.
 *
 * @param stretch what is wanted, or null for all
 * @param maxVisits how many entries to look at
 * @param maxEvents how many to take
 * @param maxBytes about how many bytes of frames to take; one event is always taken
 */
record Scan(@Nullable Stretch stretch, int maxVisits, int maxEvents, int maxBytes) {

  static final int MAX_VISITS = 8192;

  /** Returns the sequence up to which all that was wanted has been taken. */
  long run(Segment[] segments, long after, long upTo, Entries entries) {
    entries.clear();
    long position = after;
    int visits = 0;
    int index = Segments.indexOf(segments, after + 1);
    int entry = segments[index].entryAfter(after);
    while (index < segments.length) {
      Segment segment = segments[index];
      // The tail may be growing: the bound on the sequence keeps to what the caller has seen.
      int count = segment.count();
      for (; entry < count; entry++) {
        long sequence = segment.sequence(entry);
        if (sequence > upTo) {
          return upTo;
        }
        if (visits++ == maxVisits
            || entries.count() == maxEvents
            || (entries.count() > 0 && entries.bytes() + segment.length(entry) > maxBytes)) {
          return position;
        }
        if (wants(segment, entry, sequence)) {
          entries.add(segment, entry);
        }
        position = sequence;
      }
      index++;
      entry = 0;
    }
    return upTo;
  }

  private boolean wants(Segment segment, int entry, long sequence) {
    if (stretch == null) {
      return true;
    }
    Selection selection = stretch.selection();
    Channel channel = segment.channel(entry);
    return selection.accepts(segment.type(entry))
        && selection.matches(channel.name)
        && stretch.admits(channel, sequence);
  }
}
