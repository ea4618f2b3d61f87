package io.sluice.hub;

import io.sluice.log.Lost;
import io.sluice.log.Store;
import io.sluice.log.Stretch;
import io.sluice.sqlite.SqliteOptions;
import io.sluice.sqlite.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A SQLite file behind the memory of a schedule's hub. It answers at once. */
final class SqliteInSchedule implements ScheduledStore {

  private final Path file;
  private final SqliteStore store;

  private SqliteInSchedule(Path file, SqliteStore store) {
    this.file = file;
    this.store = store;
  }

  static SqliteInSchedule open(Path file, HubOptions options, ManualTime time) {
    return new SqliteInSchedule(
        file,
        SqliteStore.openInline(
            SqliteOptions.of(file)
                .withSync(SqliteOptions.Sync.OFF) // nobody pulls a plug here
                .withRules(options.retention())
                .withTimeLines(options.timeLines())
                .withClock(time)));
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public boolean hasRead() {
    return false;
  }

  @Override
  public void readNext() {
    throw new IllegalStateException("reads are answered at once");
  }

  @Override
  public void trim(String channel) {
    store.maintain();
  }

  @Override
  public void expire() {
    store.maintain();
  }

  @Override
  public Map<String, Long> lost() {
    Stretch whole = new Stretch(Whole.LOG, 0, store.newest(), null, Map.of(), 1);
    Lost lost = store.read(whole).join().lost();
    return lost == null ? Map.of() : lost.channels();
  }

  @Override
  public void close() {
    store.close();
    try {
      for (String suffix : List.of("", "-wal", "-shm", ".lock")) {
        Files.deleteIfExists(Path.of(file + suffix));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
