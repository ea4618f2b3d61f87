package io.sluice.sqlite;

import io.sluice.event.Publication;
import io.sluice.log.Draft;
import io.sluice.log.Framing;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What retention should keep, told in the plainest way: event by event. */
final class RetentionModel {

  private record Kept(long sequence, int bytes, long time) {}

  private static final class Channel {
    final Deque<Kept> kept = new ArrayDeque<>();
    final List<Long> all = new ArrayList<>();
    long bytes;
    long floor;

    void giveUp() {
      Kept oldest = kept.remove();
      bytes -= oldest.bytes;
      floor = oldest.sequence;
    }
  }

  private final RetentionRules rules;
  private final Map<String, Channel> channels = new HashMap<>();

  RetentionModel(RetentionRules rules) {
    this.rules = rules;
  }

  void published(long sequence, long time, Publication event, Framing framing) {
    Retention retention = rules.of(event.channel());
    if (retention.isTransient()) {
      return;
    }
    Channel channel = channels.computeIfAbsent(event.channel(), name -> new Channel());
    int bytes = framing.headBytes(sequence, time) + Draft.of(event).body().length;
    channel.kept.add(new Kept(sequence, bytes, time));
    channel.all.add(sequence);
    channel.bytes += bytes;
    while (channel.kept.size() > retention.events()
        || (channel.bytes > retention.bytes() && channel.kept.size() > 1)) {
      channel.giveUp();
    }
  }

  void passed(long now) {
    channels.forEach(
        (name, channel) -> {
          Retention retention = rules.of(name);
          while (retention.age() != null
              && !channel.kept.isEmpty()
              && channel.kept.element().time <= now - retention.age().toMillis()) {
            channel.giveUp();
          }
        });
  }

  /** What is retained of the channels that are wanted, after a sequence. */
  List<Long> retained(Wanted wanted, long after) {
    List<Long> sequences = new ArrayList<>();
    channels.forEach(
        (name, channel) -> {
          if (wanted.matches(name)) {
            channel.kept.stream()
                .map(Kept::sequence)
                .filter(s -> s > after)
                .forEach(sequences::add);
          }
        });
    return sequences.stream().sorted().toList();
  }

  /** The last events retained of each channel that is wanted. */
  List<Long> last(Wanted wanted, int count) {
    List<Long> sequences = new ArrayList<>();
    channels.forEach(
        (name, channel) -> {
          if (wanted.matches(name)) {
            channel.kept.stream()
                .map(Kept::sequence)
                .skip(Math.max(0, channel.kept.size() - count))
                .forEach(sequences::add);
          }
        });
    return sequences.stream().sorted().toList();
  }

  /** By channel, the floor, where it lies past a position. */
  Map<String, Long> floors(Wanted wanted, long after) {
    Map<String, Long> floors = new TreeMap<>();
    channels.forEach(
        (name, channel) -> {
          if (wanted.matches(name) && channel.floor > after) {
            floors.put(name, channel.floor);
          }
        });
    return floors;
  }

  /** How many events of the channels that are wanted were given up after a position. */
  long missed(Wanted wanted, long after) {
    return channels.entrySet().stream()
        .filter(each -> wanted.matches(each.getKey()))
        .mapToLong(
            each ->
                each.getValue().all.stream()
                    .filter(s -> s > after && s <= each.getValue().floor)
                    .count())
        .sum();
  }

  /** How many events a channel retains, and the bytes of their frames. */
  Map<String, List<Long>> figures() {
    Map<String, List<Long>> figures = new TreeMap<>();
    channels.forEach(
        (name, channel) -> {
          if (!channel.kept.isEmpty()) {
            figures.put(
                name,
                List.of(
                    (long) channel.kept.size(),
                    channel.bytes,
                    channel.kept.getFirst().sequence,
                    channel.kept.getLast().sequence,
                    channel.floor));
          }
        });
    return figures;
  }
}
