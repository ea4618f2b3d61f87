package io.sluice.sqlite;

import io.sluice.log.Epochs;
import io.sluice.sqlite.SqliteOptions.Sync;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts what can be read into a new file: {@link SqliteFile#repair}.
 *
 * <p>Used once.
 */
final class FileRepair {

  private static final int ROWS_PER_COMMIT = 1000;

  /** A channel in the new file. */
  private static final class Saved {
    final long id;
    final String name;
    long lost;
    long last;
    long events;
    long bytes;

    Saved(long id, String name) {
      this.id = id;
      this.name = name;
    }
  }

  private final Path file;
  private final Path part;
  private final Map<Long, Saved> channels = new HashMap<>();
  private long nextChannel = 1;
  private long newest;
  private long time;
  private long forgotten;
  private long events;
  private long bytes;

  FileRepair(Path file) {
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".repaired");
  }

  SqliteFile.Repaired run() {
    FileChecks.library();
    if (!Files.isRegularFile(file)) {
      throw new UnusableFileException(file + " isn't there", null);
    }
    try (FileLock lock = FileLock.take(file)) {
      for (String end : Swap.ENDS) {
        Files.deleteIfExists(part.resolveSibling(part.getFileName() + end));
      }
      List<String> problems;
      try (Connection old = Connections.reading(file)) {
        Salvage salvage = new Salvage(old);
        write(salvage);
        problems = salvage.problems();
      }
      if (events == 0 && !problems.isEmpty()) {
        throw new UnusableFileException(
            "nothing in " + file + " can be read: " + problems.getFirst(), null);
      }
      Path damaged = Swap.run(file, part, now() + ".damaged");
      return new SqliteFile.Repaired(damaged, events, problems);
    } catch (SQLException | IOException e) {
      throw new UnusableFileException("couldn't repair " + file + ": " + e.getMessage(), e);
    }
  }

  private static String now() {
    return DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss").format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  private void write(Salvage salvage) throws SQLException {
    Connection connection = Connections.writing(part, Sync.FULL, true);
    try (connection) {
      Schema.create(connection);
      WriteSession session = WriteSession.on(connection);
      LogLength log = new LogLength(session, SqliteOptions.Limits.DEFAULT.walBytes());
      session.begin();
      salvage.channels(this::add);
      int[] rows = {0};
      salvage.chunks(
          (start, chunk) -> {
            add(session, start, chunk);
            if (++rows[0] % ROWS_PER_COMMIT == 0) {
              session.commit();
              log.committed();
              session.begin();
            }
          });
      salvage.head(this::add);
      finish(session);
      session.commit();
      Checkpoints.truncate(session.connection());
    }
  }

  private void add(ChannelRow row) {
    Saved channel = new Saved(row.id(), row.name());
    channel.lost = row.lost();
    channels.put(row.id(), channel);
    nextChannel = Math.max(nextChannel, row.id() + 1);
  }

  private void add(Head head) {
    newest = Math.max(newest, head.newest());
    time = Math.max(time, head.timeMillis());
    forgotten = Math.max(forgotten, head.forgotten());
    nextChannel = Math.max(nextChannel, head.nextChannel());
  }

  private void add(WriteSession session, long start, ChunkReader chunk) throws SQLException {
    ChunkHead head = chunk.head();
    Saved channel = channels.get(head.channel());
    if (channel == null) {
      // Its row is gone, but each of its frames has its name.
      channel = new Saved(head.channel(), name(chunk));
      channel.lost = head.first() - 1;
      channels.put(head.channel(), channel);
      nextChannel = Math.max(nextChannel, head.channel() + 1);
    }
    if (head.first() <= Math.max(channel.last, channel.lost)) {
      return; // twice, as may come of a broken tree
    }
    session.insert(head, start, chunk.data());
    channel.last = head.last();
    channel.events += head.events();
    channel.bytes += head.bytes();
    newest = Math.max(newest, head.last());
    time = Math.max(time, head.timeMillis());
    events += head.events();
    bytes += head.bytes();
  }

  private static String name(ChunkReader chunk) {
    ChunkReader one = new ChunkReader(chunk.head(), chunk.data());
    one.next();
    String frame = new String(one.data(), one.bodyFrom(), one.bodyLength(), StandardCharsets.UTF_8);
    int from = frame.startsWith("event: ") ? frame.indexOf('\n') + 1 : 0;
    return frame.substring(from + "channel: ".length(), frame.indexOf('\n', from));
  }

  private void finish(WriteSession session) throws SQLException {
    long holding = 0;
    Prepared insert =
        session.prepare(
            "INSERT INTO channel (id, lost, dense_from, settled, events, bytes, full, name)"
                + " VALUES (?, ?, ?, ?, ?, ?, 1, ?)");
    for (Saved channel : channels.values()) {
      insert
          .set(7, channel.name)
          .run(
              channel.id,
              channel.lost,
              channel.lost + 1,
              Math.max(channel.last, channel.lost),
              channel.events,
              channel.bytes);
      holding += channel.events > 0 ? 1 : 0;
    }
    session.save(
        new Head(
            newest,
            time,
            events,
            bytes,
            holding,
            channels.size() - holding,
            nextChannel,
            forgotten));
    // Nobody can tell what is missing: no id of before is of this log.
    FileState.put(session.connection(), Epochs.first(Opening.newEpoch()));
    FileState.put(session.connection(), FileState.CLEAN, "1");
  }
}
