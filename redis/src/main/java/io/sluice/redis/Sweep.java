package io.sluice.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.sluice.log.Retention;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Gives up what has grown too old in channels to which nothing comes any more: some channels at a
 * time, round and round. Each node does so; to do it twice does no harm.
 *
 * <p>Confined to the node's thread.
 */
final class Sweep {

  private static final int CHANNELS = 200;
  private static final int MAX_CHANNELS = 1_000_000;
  private static final int TICKS_BETWEEN = 10;

  private final SharedLogOptions options;
  private final Reader reader;
  private final ScheduledExecutorService thread;
  private final byte[] meta;
  private String from = "";
  private boolean running;
  private int ticks;

  Sweep(SharedLogOptions options, Reader reader, ScheduledExecutorService thread) {
    this.options = options;
    this.reader = reader;
    this.thread = thread;
    this.meta = Script.bytes(options.server().key("meta"));
  }

  /** Now and then looks at some channels more. */
  void tick(Session session) {
    if (!running && ++ticks >= TICKS_BETWEEN) {
      ticks = 0;
      running = true;
      step(session, from)
          .whenCompleteAsync(
              (last, failure) -> {
                running = false;
                from = failure == null ? last : "";
              },
              thread);
    }
  }

  /** Looks at all channels once. */
  CompletableFuture<Void> all(Session session) {
    return all(session, "");
  }

  private CompletableFuture<Void> all(Session session, String after) {
    return step(session, after)
        .thenCompose(
            last -> last.isEmpty() ? CompletableFuture.completedFuture(null) : all(session, last));
  }

  /** Completes with the last channel's name, or empty if that was the last of all. */
  private CompletableFuture<String> step(Session session, String after) {
    Range.Boundary<byte[]> start =
        after.isEmpty()
            ? Range.Boundary.unbounded()
            : Range.Boundary.excluding(Script.bytes(after));
    return session
        .connection()
        .async()
        .zrangebylex(
            reader.key("names"),
            Range.from(start, Range.Boundary.unbounded()),
            Limit.create(0, CHANNELS))
        .toCompletableFuture()
        .thenCompose(
            names -> {
              if (names.isEmpty()) {
                return CompletableFuture.completedFuture("");
              }
              List<byte[]> arguments = new ArrayList<>();
              arguments.add(reader.key(""));
              arguments.add(Script.bytes(session.epochs().current()));
              arguments.add(
                  options.clock() == null ? new byte[0] : Script.bytes(options.clock().millis()));
              arguments.add(Script.bytes(MAX_CHANNELS));
              String last = "";
              for (byte[] name : names) {
                last = new String(name, StandardCharsets.US_ASCII);
                Retention retention = options.rules().of(last);
                arguments.add(name);
                arguments.add(
                    Script.bytes(retention.age() == null ? 0 : retention.age().toMillis()));
              }
              String end = names.size() < CHANNELS ? "" : last;
              return Script.SWEEP
                  .run(session.connection(), meta, arguments.toArray(byte[][]::new))
                  .thenApply(answer -> end);
            });
  }
}
