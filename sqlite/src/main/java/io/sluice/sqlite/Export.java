package io.sluice.sqlite;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Epochs;
import io.sluice.log.Selection;
import io.sluice.wire.FrameData;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes events as lines: {@link SqliteFile#exportTo}. Reads as a reader of a hub does, piece by
 * piece, so that no moment of the log has to be held for long.
 *
 * <p>Used once.
 */
final class Export {

  /** Always with milliseconds, as the hub's answers have them. */
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  static final JsonMapper MAPPER = JsonMapper.shared();

  private static final int PIECE_EVENTS = 10_000;

  private static final Selection ALL =
      new Selection() {
        @Override
        public List<ChannelPattern> patterns() {
          return List.of(ChannelPattern.ALL);
        }

        @Override
        public boolean matches(String channel) {
          return true;
        }

        @Override
        public boolean accepts(@Nullable String type) {
          return true;
        }
      };

  private final Path file;

  Export(Path file) {
    this.file = file;
  }

  long run(Appendable lines) throws IOException {
    FileChecks.existing(file);
    try (Connection connection = Connections.reading(file)) {
      FileChecks.kind(file, connection);
      Epochs epochs = new Epochs(FileState.read(connection).lives());
      ReadSession session = new ReadSession(connection);
      long newest = session.head().newest();
      long position = 0;
      long events = 0;
      while (position < newest) {
        session.begin();
        try (ScanFeed feed = new ScanFeed(session, ALL, position, newest)) {
          int piece = 0;
          ChunkReader row = feed.next();
          while (row != null && piece < PIECE_EVENTS) {
            lines.append(line(row, feed.channel(row), epochs)).append('\n');
            position = row.sequence();
            piece++;
            row = feed.next();
          }
          events += piece;
          position = row == null ? Math.max(position, feed.reached()) : position;
        } finally {
          session.end();
        }
      }
      return events;
    } catch (SQLException | DamagedChunkException e) {
      throw FileChecks.unusable(file, e);
    }
  }

  private static String line(ChunkReader row, String channel, Epochs epochs) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("id", epochs.id(row.sequence()).toString()).put("channel", channel);
    String type = FrameData.type(row.data(), row.bodyFrom());
    if (type != null) {
      json.put("type", type);
    }
    if (row.key() != null) {
      json.put("key", row.key());
    }
    json.put("time", TIME.format(Instant.ofEpochMilli(row.head().timeMillis())));
    json.put("data", FrameData.of(row.data(), row.bodyFrom(), row.bodyFrom() + row.bodyLength()));
    return json.toString();
  }
}
