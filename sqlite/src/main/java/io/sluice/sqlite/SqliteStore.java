package io.sluice.sqlite;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Append;
import io.sluice.log.Appended;
import io.sluice.log.Beginning;
import io.sluice.log.ChannelFigures;
import io.sluice.log.Epochs;
import io.sluice.log.Framing;
import io.sluice.log.KeptKey;
import io.sluice.log.Piece;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Store;
import io.sluice.log.StoreFigures;
import io.sluice.log.Stretch;
import io.sluice.log.Tail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log in one SQLite file.
 *
 * <p>Appends are committed in groups: whoever publishes while a commit is on its way shares the
 * next one. What a power cut may cost is {@link SqliteOptions.Sync}'s to say; the end of the
 * process alone costs nothing that was answered. Reading goes on beside the writing.
 *
 * <p>Thread-safe. Futures complete on the store's own threads.
 */
public final class SqliteStore implements Store {

  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  // How many channels somebody who only asks may have looked at.
  private static final int MAX_VISITS = 200_000;

  private final SqliteOptions options;
  private final Workers workers;
  private final FileLock lock;
  private final Epochs epochs;
  private final Framing framing;
  private final WriteSession session;
  private final List<KeptKey> keys;
  private final Writer writer;
  private final Readers readers;
  private final Checkpointer checkpointer;
  private volatile boolean closed;

  private SqliteStore(SqliteOptions options, Workers workers, Opening.Opened opened)
      throws SQLException {
    this.options = options;
    this.workers = workers;
    this.lock = opened.lock();
    this.epochs = opened.epochs();
    this.framing = new Framing(epochs, options.timeLines());
    this.session = WriteSession.on(opened.connection());
    this.keys = KeptKeys.read(opened.connection(), options.clock().millis());
    this.writer = new Writer(options, workers.writing(), session, framing, opened.rulesAreNew());
    this.readers = new Readers(options.file(), workers.reading(), workers.readers());
    this.checkpointer = new Checkpointer(options, writer);
    workers.everySoOften(this::tick);
  }

  /**
   * Opens a file, and makes one if there is none. Blocks until it is looked through: about half a
   * second for a file of 128 MiB, and no longer for a larger one.
   *
   * @throws UnusableFileException if it can't be used as it is; nothing was changed then
   */
  public static SqliteStore open(SqliteOptions options) {
    return open(options, Workers.threads(), Opening.boot());
  }

  /**
   * Opens a file for a single caller, for tests: everything is done before a method returns.
   * Nothing happens by itself, so {@link #maintain} has to be called now and then.
   *
   * @throws UnusableFileException if it can't be used as it is
   */
  public static SqliteStore openInline(SqliteOptions options) {
    return open(options, Workers.inline(), Opening.boot());
  }

  static SqliteStore open(SqliteOptions options, Workers workers, @Nullable String boot) {
    Opening.Opened opened = new Opening(options, boot).open();
    try {
      return new SqliteStore(options, workers, opened);
    } catch (SQLException e) {
      try {
        opened.connection().close();
        opened.lock().close();
      } catch (SQLException | IOException more) {
        e.addSuppressed(more);
      }
      throw FileChecks.unusable(options.file(), e);
    }
  }

  /**
   * Does what is due: gives up what is too old, looks whether a full disk has room again, keeps the
   * write-ahead log short. A store with threads of its own calls it itself.
   */
  public void maintain() {
    writer.wake();
    checkpointer.run();
  }

  private void tick() {
    try {
      maintain();
    } catch (RuntimeException e) {
      LOG.error("looking after {} failed", options.file(), e); // and goes on with the next tick
    }
  }

  /** How its frames look. */
  Framing framing() {
    return framing;
  }

  @Override
  public Epochs epochs() {
    return epochs;
  }

  @Override
  public long newest() {
    return writer.head().newest();
  }

  @Override
  public long newestTimeMillis() {
    return writer.head().timeMillis();
  }

  @Override
  public List<KeptKey> keys() {
    return keys;
  }

  @Override
  public void start(Tail tail) {
    writer.start(tail);
  }

  @Override
  public CompletableFuture<Appended> append(Append append) {
    int count = append.drafts().size();
    return writer.append(append).thenApply(first -> Appended.now(epochs.id(first), count));
  }

  @Override
  public CompletableFuture<Start> begin(Selection selection, Beginning beginning, long until) {
    return readers.ask(
        reader ->
            new Beginnings(reader, retained(reader), framing, selection, until).begin(beginning));
  }

  @Override
  public CompletableFuture<Piece> read(Stretch stretch) {
    return readers.ask(reader -> new Reading(reader, retained(reader), framing, stretch).read());
  }

  private Retained retained(ReadSession reader) throws SQLException {
    // Before the moment of the log that is read: what was looked through by then is in it.
    boolean rulesAreNew = writer.rulesAreNew();
    long now = Math.max(options.clock().millis(), reader.head().timeMillis());
    return new Retained(reader, options.rules(), framing, now, rulesAreNew);
  }

  @Override
  public CompletableFuture<List<ChannelFigures>> channels(ChannelPattern pattern, int limit) {
    return readers.ask(
        reader -> {
          List<ChannelRow> rows = new ArrayList<>();
          new ChannelSearch(reader)
              .visit(
                  pattern,
                  MAX_VISITS,
                  row -> {
                    if (row.events() > 0) {
                      rows.add(row);
                    }
                    return rows.size() < limit;
                  });
          Retained retained = retained(reader);
          List<ChannelFigures> figures = new ArrayList<>();
          for (ChannelRow row : rows) {
            ChannelFigures one = retained.figures(row);
            if (one.retained() > 0) {
              figures.add(one);
            }
          }
          return figures;
        });
  }

  @Override
  public CompletableFuture<Boolean> matchesMoreThan(int count, Selection selection) {
    return readers.ask(
        reader -> new ChannelSearch(reader).find(selection, count, MAX_VISITS) == null);
  }

  @Override
  public StoreFigures figures() {
    Head head = writer.head();
    return new StoreFigures(
        head.events(),
        head.bytes(),
        head.channels(),
        writer.evicted(),
        storedBytes(),
        writer.commits());
  }

  private long storedBytes() {
    long bytes = 0;
    for (Path path : List.of(options.file(), FileChecks.walOf(options.file()))) {
      try {
        bytes += Files.exists(path) ? Files.size(path) : 0;
      } catch (IOException e) {
        LOG.debug("can't tell the size of {}", path, e); // it is only a figure
      }
    }
    return bytes;
  }

  @Override
  public @Nullable String trouble() {
    return writer.trouble();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    writer.close(
        () -> {
          FileState.put(session.connection(), FileState.CLEAN, "1");
          return true;
        });
    workers.close();
    try {
      checkpointer.close();
      readers.close();
      if (writer.trouble() == null) {
        Checkpoints.truncate(session.connection());
      }
      session.close();
    } catch (SQLException e) {
      LOG.error("{} couldn't be closed: {}", options.file(), e.getMessage(), e);
    }
    try {
      lock.close();
    } catch (IOException e) {
      LOG.error("{} couldn't be unlocked: {}", options.file(), e.getMessage(), e);
    }
  }
}
