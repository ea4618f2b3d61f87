package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.log.Epochs;
import io.sluice.log.Epochs.Life;
import io.sluice.sqlite.SqliteOptions.Sync;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are taken, which are refused and why, and when a new life of the log begins. */
class OpeningTest {

  @TempDir Path directory;

  private Path file;
  private SqliteOptions options;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("log.db");
    options = SqliteOptions.of(file).withClock(new ManualClock());
  }

  private Epochs published(int events, String boot) {
    try (StoreInUse in = StoreInUse.open(options, boot)) {
      for (int i = 0; i < events; i++) {
        in.publish("a/" + i % 3, "x".repeat(500));
      }
      return in.store.epochs();
    }
  }

  private Epochs publishedAndKilled(int events, String boot) throws IOException {
    StoreInUse in = StoreInUse.open(options, boot);
    for (int i = 0; i < events; i++) {
      in.publish("a/" + i % 3, "x".repeat(500));
    }
    LeftFiles.kill(in, file);
    return in.store.epochs();
  }

  private Epochs epochs(String boot) {
    try (StoreInUse in = StoreInUse.open(options, boot)) {
      return in.store.epochs();
    }
  }

  private AbstractThrowableAssert<?, ?> assertRefused() {
    return assertThatThrownBy(() -> SqliteStore.openInline(options))
        .isInstanceOf(UnusableFileException.class);
  }

  private void sql(String... statements) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
    }
  }

  private static void flip(Path path, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(path.toFile(), "rw")) {
      bytes.seek(at);
      int b = bytes.read();
      bytes.seek(at);
      bytes.write(b ^ 0x55);
    }
  }

  @Test
  void aDirectoryThatIsMissingIsNamed() {
    options = SqliteOptions.of(directory.resolve("no/log.db"));
    assertRefused().hasMessageContaining("there is no directory " + directory.resolve("no"));
  }

  @Test
  void aDirectoryInPlaceOfTheFileIsRefused() throws IOException {
    Files.createDirectory(file);
    assertRefused().hasMessageContaining("is a directory");
  }

  @Test
  void aFileIsForOneHubAtATime() {
    try (StoreInUse in = StoreInUse.open(options)) {
      assertRefused()
          .hasMessageContaining("in use by another hub")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      assertThat(in.publish("a", "still")).isEqualTo(1);
    }
    published(1, "boot");
  }

  @Test
  void whatIsNoDatabaseIsRefusedAndLeftAlone() throws IOException {
    Files.writeString(file, "my shopping list".repeat(100));
    assertRefused().hasMessageContaining("isn't an SQLite database");
    assertThat(file).hasContent("my shopping list".repeat(100));
  }

  @Test
  void aDatabaseOfSomethingElseIsRefused() throws Exception {
    sql("CREATE TABLE t (x)");
    assertRefused().hasMessageContaining("is an SQLite database of something else");
  }

  @Test
  void aNewerFormatIsRefused() throws Exception {
    published(1, "boot");
    sql("PRAGMA user_version = 99");
    assertRefused()
        .hasMessageContaining("was written by a newer Sluice")
        .hasMessageContaining("99");
  }

  @Test
  void aFileThatIsCutShortIsRefused() throws IOException {
    published(100, "boot");
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(bytes.length() - 5000);
    }
    assertRefused().hasMessageContaining("is cut short").hasMessageContaining("history repair");
  }

  @Test
  void anEmptiedFileIsNotTakenForANewOne() throws IOException {
    published(100, "boot");
    Files.write(file, new byte[0]);
    assertRefused().hasMessageContaining("is empty, but a hub kept its log in it");
  }

  @Test
  void aLogWithoutItsFileIsNotTakenForANewOne() throws IOException {
    publishedAndKilled(10, "boot");
    Files.delete(file);
    assertRefused().hasMessageContaining("its write-ahead log is there");
  }

  @Test
  void bytesThatWereFlippedAreFound() throws IOException {
    published(100, "boot");
    long pages = Files.size(file) / Schema.PAGE_BYTES;
    int refused = 0;
    for (long page = 0; page < pages; page++) {
      long at = page * Schema.PAGE_BYTES + 2000;
      flip(file, at);
      try {
        SqliteStore.openInline(options).close();
      } catch (UnusableFileException e) {
        refused++;
      }
      flip(file, at);
    }
    // In the middle of pages of events there are events: most flips hit one.
    assertThat(refused).isGreaterThan(10);
  }

  @Test
  void aDamagedWriteAheadLogIsRefusedAndKept() throws IOException {
    publishedAndKilled(20, "boot");
    Path wal = FileChecks.walOf(file);
    flip(wal, Files.size(wal) / 2);
    byte[] before = Files.readAllBytes(wal);
    assertRefused()
        .hasMessageContaining("log.db-wal is damaged")
        .hasMessageContaining("commits lie behind");
    assertThat(Files.readAllBytes(wal)).isEqualTo(before);
    flip(wal, Files.size(wal) / 2);
    try (StoreInUse in = StoreInUse.open(options, "boot")) {
      assertThat(in.store.newest()).isEqualTo(20);
    }
  }

  @Test
  void aTornEndOfTheWriteAheadLogIsNothingSpecial() throws IOException {
    Epochs before = publishedAndKilled(20, "boot");
    Path wal = FileChecks.walOf(file);
    try (RandomAccessFile bytes = new RandomAccessFile(wal.toFile(), "rw")) {
      bytes.setLength(bytes.length() - 1000);
    }
    try (StoreInUse in = StoreInUse.open(options, "boot")) {
      assertThat(in.store.newest()).isEqualTo(19);
      assertThat(in.store.epochs()).isEqualTo(before);
    }
  }

  @Test
  void aLastCommitThatIsDamagedAfterThePowerWentForksToBeSure() throws IOException {
    publishedAndKilled(20, "boot");
    Path wal = FileChecks.walOf(file);
    flip(wal, Files.size(wal) - 100);
    Epochs after = epochs("another boot");
    assertThat(after.lives()).hasSize(2);
    assertThat(after.lives().getLast().fork()).isEqualTo(19);
  }

  @Test
  void aKilledProcessCostsNothingInAnyMode() throws IOException {
    for (Sync sync : Sync.values()) {
      options = options.withSync(sync);
      Epochs before = publishedAndKilled(5, "boot");
      assertThat(epochs("boot")).isEqualTo(before);
    }
    try (StoreInUse in = StoreInUse.open(options, "boot")) {
      assertThat(in.store.newest()).isEqualTo(15);
      assertThat(in.retained("**")).hasSize(15);
    }
  }

  @Test
  void thePowerGoingForksOnlyWhereSomethingMayBeLost() throws IOException {
    Epochs full = publishedAndKilled(5, "boot");
    assertThat(epochs("another boot")).isEqualTo(full);

    options = options.withSync(Sync.NORMAL);
    Epochs clean = published(5, "boot");
    assertThat(epochs("another boot")).isEqualTo(clean);

    Epochs normal = publishedAndKilled(5, "boot");
    Epochs forked = epochs("another boot");
    assertThat(forked.lives()).hasSize(2).startsWith(normal.lives().getFirst());
    assertThat(forked.lives().getLast().fork()).isEqualTo(15);
    assertThat(forked.of(15)).isEqualTo(normal.current());
    assertThat(forked.of(16)).isEqualTo(forked.current());

    publishedAndKilled(1, "boot");
    assertThat(epochs(null).lives()).hasSize(3);
  }

  @Test
  void aCopyForks() throws IOException {
    Epochs before = published(5, "boot");
    Path copy = directory.resolve("copy.db");
    Files.copy(file, copy);
    options = SqliteOptions.of(copy);
    Epochs after = epochs("boot");
    assertThat(after.lives()).hasSize(2).startsWith(before.lives().getFirst());
    assertThat(after.lives().getLast().fork()).isEqualTo(5);
    assertThat(epochs("boot")).isEqualTo(after);
  }

  @Test
  void anOlderStatePutBackInPlaceForks() throws IOException {
    published(5, "boot");
    byte[] state = Files.readAllBytes(file);
    Epochs before = published(5, "boot");
    Files.write(file, state);
    Epochs after = epochs("boot");
    assertThat(after.lives()).hasSize(2).startsWith(before.lives().getFirst());
    assertThat(after.lives().getLast().fork()).isEqualTo(5);
  }

  @Test
  void aLostWriteAheadLogForks() throws IOException {
    published(5, "boot");
    publishedAndKilled(5, "boot");
    Files.delete(FileChecks.walOf(file));
    Epochs after = epochs("boot");
    assertThat(after.lives()).hasSize(2);
    assertThat(after.lives().getLast().fork()).isEqualTo(5);
  }

  @Test
  void livesThatNothingIsLeftOfAreForgottenAtLast() throws IOException {
    options =
        options.withRules(
            io.sluice.log.RetentionRules.all(io.sluice.log.Retention.DEFAULT.withEvents(1)));
    options = options.withSync(Sync.NORMAL);
    for (int i = 0; i < Lives.MOST + 5; i++) {
      StoreInUse in = StoreInUse.open(options, "boot " + i);
      in.publish("a", "x");
      LeftFiles.kill(in, file);
    }
    Epochs epochs = epochs("boot");
    assertThat(epochs.lives()).hasSize(Lives.MOST);
    assertThat(epochs.lives()).extracting(Life::fork).isSorted();
  }
}
