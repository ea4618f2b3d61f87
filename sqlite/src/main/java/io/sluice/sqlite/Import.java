package io.sluice.sqlite;

import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import io.sluice.log.Draft;
import io.sluice.log.Framing;
import io.sluice.sqlite.Opening.Opened;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Appends events from lines: {@link SqliteFile#importFrom}.
 *
 * <p>Used once.
 */
final class Import {

  private static final int LINES_PER_COMMIT = 1000;

  /** A line. */
  private record Line(Draft draft, @Nullable Instant time) {}

  private final SqliteOptions options;
  private long number;
  private long committed;
  private long live;
  private long retimed;
  private long events;
  private long time;

  Import(SqliteOptions options) {
    this.options = options;
  }

  SqliteFile.Imported run(BufferedReader lines) throws IOException {
    Opened opened = new Opening(options, Opening.boot()).open();
    try (FileLock lock = opened.lock();
        WriteSession session = WriteSession.on(opened.connection())) {
      Head head = session.head();
      Tally tally = new Tally(head);
      ChannelStates states =
          new ChannelStates(session, options.rules(), tally, options.limits().cachedChannels());
      Sweeper sweeper = new Sweeper(session, states, tally, options, opened.rulesAreNew());
      Framing framing = new Framing(opened.epochs(), options.timeLines());
      Appender appender = new Appender(session, states, sweeper, framing, tally);
      LogLength log = new LogLength(session, options.limits().walBytes());
      time = head.timeMillis();
      long newest = head.newest();
      try {
        boolean more = true;
        while (more) {
          session.begin();
          int rows = 0;
          long first = newest + 1;
          List<Line> some = next(lines);
          more = !some.isEmpty();
          for (Line line : some) {
            long own = time(line);
            if (own > time) {
              rows += appender.end(time); // a row has one time
              time = own;
            }
            appender.add(++newest, time, line.draft());
          }
          rows += appender.end(time);
          sweeper.stepBeside(rows, Math.max(time, options.clock().millis()));
          states.shrink();
          session.save(tally.head(newest, time));
          session.commit();
          log.committed();
          sweeper.committed();
          committed = number;
          events += newest - first + 1;
        }
      } catch (IllegalArgumentException | IOException notToTheEnd) {
        session.rollback();
        states.clear();
        throw notToTheEnd;
      } finally {
        end(session, states);
      }
      return new SqliteFile.Imported(events, live, retimed);
    } catch (SQLException e) {
      throw FileChecks.unusable(options.file(), e);
    }
  }

  private static void end(WriteSession session, ChannelStates states) throws SQLException {
    session.begin();
    states.saveAll();
    FileState.put(session.connection(), FileState.CLEAN, "1");
    session.commit();
    Checkpoints.truncate(session.connection());
  }

  /** The next lines of events that are stored; none at the end. */
  private List<Line> next(BufferedReader lines) throws IOException {
    List<Line> some = new ArrayList<>();
    String text = lines.readLine();
    while (text != null) {
      number++;
      if (!text.isBlank()) {
        Line line = parse(text);
        if (options.rules().of(line.draft().channel()).isTransient()) {
          live++;
        } else {
          some.add(line);
        }
      }
      if (some.size() == LINES_PER_COMMIT) {
        return some;
      }
      text = lines.readLine();
    }
    return some;
  }

  private long time(Line line) {
    long now = options.clock().millis();
    if (line.time() == null) {
      return Math.max(time, now);
    }
    long wanted = line.time().toEpochMilli();
    long given = Math.max(time, Math.min(wanted, now));
    if (given != wanted) {
      retimed++;
    }
    return given;
  }

  private Line parse(String text) {
    try {
      JsonNode json = Export.MAPPER.readTree(text);
      String channel = string(json, "channel");
      String data = string(json, "data");
      if (channel == null || data == null) {
        throw wrong("needs \"channel\" and \"data\", both strings", null);
      }
      Publication publication =
          new Publication(
              channel,
              string(json, "type"),
              string(json, "key"),
              data.getBytes(StandardCharsets.UTF_8));
      String time = string(json, "time");
      return new Line(Draft.of(publication), time == null ? null : Instant.parse(time));
    } catch (JacksonException e) {
      throw wrong("isn't a JSON object: " + e.getOriginalMessage(), e);
    } catch (DateTimeException e) {
      throw wrong("has a time that isn't like 2026-01-31T12:00:00.000Z: " + e.getMessage(), e);
    } catch (InvalidEventException e) {
      throw wrong("can't be published: " + e.getMessage(), e);
    }
  }

  private @Nullable String string(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw wrong("has \"" + name + "\" that isn't a string", null);
    }
    return value.stringValue();
  }

  private IllegalArgumentException wrong(String why, @Nullable Exception cause) {
    String before =
        committed == 0 ? "nothing is imported" : "the lines up to " + committed + " are imported";
    return new IllegalArgumentException("line " + number + " " + why + "; " + before, cause);
  }
}
