package io.sluice.redis;

import io.sluice.log.Append;
import io.sluice.log.Appended;
import io.sluice.log.Draft;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Appends that go to Redis together.
 *
 * <p>Confined to the node's thread.
 */
final class Batch {

  /**
   * One publish that waits for its outcome.
   *
   * @param encoded its events as they will lie in Redis
   * @param bytes of those
   * @param deadlineNanos from when on it is refused
   */
  record Waiting(
      Append append,
      List<byte[]> encoded,
      long bytes,
      long deadlineNanos,
      CompletableFuture<Appended> done) {}

  final long number;
  final List<Waiting> appends;
  final Session session;

  Batch(long number, List<Waiting> appends, Session session) {
    this.number = number;
    this.appends = appends;
    this.session = session;
  }

  /** All events, if none of them was there before. */
  List<Draft> drafts() {
    List<Draft> drafts = new ArrayList<>();
    for (Waiting waiting : appends) {
      drafts.addAll(waiting.append.drafts());
    }
    return drafts;
  }

  /** Adds what the script needs to know of channels, appends and events. */
  void addTo(List<byte[]> arguments, RetentionRules rules) {
    Map<String, byte[]> channels = new LinkedHashMap<>();
    for (Waiting waiting : appends) {
      for (Draft draft : waiting.append.drafts()) {
        channels.computeIfAbsent(draft.channel(), name -> Script.bytes(channels.size()));
      }
    }
    arguments.add(Script.bytes(channels.size()));
    arguments.add(Script.bytes(appends.size()));
    for (String name : channels.keySet()) {
      Retention retention = rules.of(name);
      arguments.add(Script.bytes(name));
      arguments.add(Script.bytes(retention.events()));
      arguments.add(Script.bytes(retention.age() == null ? 0 : retention.age().toMillis()));
      arguments.add(Script.bytes(retention.bytes() == Long.MAX_VALUE ? 0 : retention.bytes()));
    }
    for (Waiting waiting : appends) {
      String key = waiting.append.idempotencyKey();
      arguments.add(Script.bytes(key == null ? "" : key));
      arguments.add(Script.bytes(waiting.encoded.size()));
      for (int i = 0; i < waiting.encoded.size(); i++) {
        Draft draft = waiting.append.drafts().get(i);
        arguments.add(channels.get(draft.channel()));
        arguments.add(Script.bytes(draft.body().length));
        arguments.add(waiting.encoded.get(i));
      }
    }
  }
}
