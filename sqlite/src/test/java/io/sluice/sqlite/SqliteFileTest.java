package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.Publication;
import io.sluice.log.Beginning;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.sqlite.StoreInUse.Read;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFileTest {

  @TempDir Path directory;

  private final ManualClock clock = new ManualClock();
  private Path file;
  private SqliteOptions options;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("log.db");
    options = SqliteOptions.of(file).withClock(clock);
  }

  private List<Read> publishSome() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.append(
          List.of(
              new Publication(
                  "a/b", "price", "AAPL", "one\n\"two\"".getBytes(StandardCharsets.UTF_8)),
              Publication.of("c", "")),
          "key");
      clock.advance(Duration.ofSeconds(3));
      for (int i = 0; i < 200; i++) {
        in.publish("d/" + i % 5, "x".repeat(300), "ü" + i);
      }
      return in.readFrom(Wanted.of("**"), new Beginning.Earliest());
    }
  }

  private List<Read> readAll(Path of) {
    try (StoreInUse in = StoreInUse.open(SqliteOptions.of(of).withClock(clock))) {
      return in.readFrom(Wanted.of("**"), new Beginning.Earliest());
    }
  }

  private static SqliteFile.Imported load(SqliteOptions options, String lines) throws IOException {
    return SqliteFile.importFrom(options, new BufferedReader(new StringReader(lines)));
  }

  private String export() throws IOException {
    StringBuilder lines = new StringBuilder();
    SqliteFile.exportTo(file, lines);
    return lines.toString();
  }

  @Test
  void aSoundFileIsFoundToBeSound() {
    publishSome();
    SqliteFile.Report report = SqliteFile.check(file);
    assertThat(report.problems()).isEmpty();
    assertThat(report.events()).isEqualTo(402);
    assertThat(report.channels()).isEqualTo(7);
    assertThat(report.newest()).isEqualTo(402);
  }

  @Test
  void aFileInUseCanBeChecked() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1");
      assertThat(SqliteFile.check(file)).isEqualTo(new SqliteFile.Report(1, 1, 1, List.of()));
      in.publish("a", "2");
      assertThat(in.retained("a")).containsExactly(1L, 2L);
    }
  }

  @Test
  void damageIsFoundAndWhatIsLeftIsSaved() throws IOException {
    List<Read> before = publishSome();
    // Somewhere among the events, and away from the first page.
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] all = Files.readAllBytes(file);
      int at = new String(all, StandardCharsets.ISO_8859_1).indexOf("channel: d/3", all.length / 2);
      bytes.seek(at);
      bytes.write("CHANNEL".getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(SqliteFile.check(file).problems())
        .singleElement()
        .asString()
        .contains("is damaged: its checksum is wrong");

    SqliteFile.Repaired repaired = SqliteFile.repair(file);
    assertThat(repaired.events()).isEqualTo(400);
    assertThat(repaired.problems()).hasSize(1);
    assertThat(repaired.damaged()).exists();
    assertThat(SqliteFile.check(file).problems()).isEmpty();

    List<Read> after = readAll(file);
    assertThat(after).extracting(Read::sequence).hasSize(400);
    assertThat(before).extracting(Read::data).containsAll(after.stream().map(Read::data).toList());
    assertThat(after.getFirst().id()).isNotEqualTo(before.getFirst().id()).endsWith("-1");
  }

  @Test
  void aWholePageThatIsGoneCostsNoMoreThanItHeld() throws IOException {
    publishSome();
    long pages = Files.size(file) / Schema.PAGE_BYTES;
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(pages / 2 * Schema.PAGE_BYTES);
      bytes.write(new byte[Schema.PAGE_BYTES]);
    }
    assertThat(SqliteFile.check(file).isSound()).isFalse();
    SqliteFile.Repaired repaired = SqliteFile.repair(file);
    assertThat(repaired.events()).isBetween(380L, 402L);
    assertThat(SqliteFile.check(file).problems()).isEmpty();
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.retained("**")).hasSize((int) repaired.events());
      assertThat(in.publish("a/b", "on it goes")).isEqualTo(403);
    }
  }

  @Test
  void whatHasNothingToSaveIsLeftAsItWas() throws IOException {
    byte[] rubbish = "rubbish".repeat(2000).getBytes(StandardCharsets.US_ASCII);
    Files.write(file, rubbish);
    assertThatThrownBy(() -> SqliteFile.repair(file)).isInstanceOf(UnusableFileException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(rubbish);
  }

  @Test
  void aFileInUseIsNotRepaired() {
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1");
      assertThatThrownBy(() -> SqliteFile.repair(file)).hasMessageContaining("in use");
    }
  }

  @Test
  void anExportHasTheLinesOfHistory() throws IOException {
    publishSome();
    List<String> lines = export().lines().toList();
    assertThat(lines).hasSize(402);
    String epoch;
    try (StoreInUse in = StoreInUse.open(options)) {
      epoch = in.store.epochs().current();
    }
    assertThat(lines.getFirst())
        .isEqualTo(
            "{\"id\":\""
                + epoch
                + "-1\",\"channel\":\"a/b\",\"type\":\"price\",\"key\":\"AAPL\","
                + "\"time\":\"2026-01-01T00:00:00.000Z\",\"data\":\"one\\n\\\"two\\\"\"}");
    assertThat(lines.getLast()).contains("\"time\":\"2026-01-01T00:00:03.000Z\",\"data\":\"ü199\"");
  }

  @Test
  void whatWasExportedCanBeImported() throws IOException {
    List<Read> before = publishSome();
    String lines = export();
    Path other = directory.resolve("other.db");
    clock.advance(Duration.ofHours(1));
    SqliteFile.Imported imported = load(SqliteOptions.of(other).withClock(clock), lines);
    assertThat(imported).isEqualTo(new SqliteFile.Imported(402, 0, 0));
    assertThat(SqliteFile.check(other).problems()).isEmpty();
    List<Read> after = readAll(other);
    assertThat(after).extracting(Read::data).isEqualTo(before.stream().map(Read::data).toList());
    assertThat(after).extracting(Read::key).isEqualTo(before.stream().map(Read::key).toList());
    StringBuilder again = new StringBuilder();
    SqliteFile.exportTo(other, again);
    String ids = "\"id\":\"[a-z0-9]+-";
    assertThat(again.toString().replaceAll(ids, "")).isEqualTo(lines.replaceAll(ids, ""));
  }

  @Test
  void retentionGoesByTheTimesThatWereImported() throws IOException {
    options =
        options.withRules(
            RetentionRules.DEFAULT
                .with("live", Retention.DEFAULT.withEvents(0))
                .with("few", Retention.DEFAULT.withEvents(2)));
    clock.advance(Duration.ofDays(2));
    SqliteFile.Imported imported =
        load(
            options,
            """
            {"channel":"a","time":"2026-01-01T00:00:00.000Z","data":"too old by now"}
            {"channel":"a","time":"2026-01-02T23:00:00.000Z","data":"1"}
            {"channel":"a","time":"2026-01-02T22:00:00.000Z","data":"2"}

            {"channel":"live","data":"3"}
            {"channel":"few","data":"4"}
            {"channel":"few","data":"5"}
            {"channel":"few","time":"2099-01-01T00:00:00Z","data":"6"}
            """);
    assertThat(imported).isEqualTo(new SqliteFile.Imported(6, 1, 2));
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.readFrom(Wanted.of("**"), new Beginning.Earliest()))
          .extracting(Read::data)
          .containsExactly("1", "2", "5", "6");
      assertThat(in.store.newestTimeMillis()).isEqualTo(clock.millis());
    }
  }

  @Test
  void aWrongLineIsNamed() {
    assertThatThrownBy(() -> load(options, "{\"channel\":\"a\",\"data\":\"1\"}\n\nnonsense\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 3 isn't a JSON object");
    assertThatThrownBy(() -> load(options, "{\"channel\":\"a/*\",\"data\":\"1\"}"))
        .hasMessageStartingWith("line 1 can't be published: channel \"a/*\" is a pattern");
    assertThatThrownBy(() -> load(options, "{\"channel\":\"a\",\"data\":{}}"))
        .hasMessageStartingWith("line 1 has \"data\" that isn't a string");
    assertThatThrownBy(() -> load(options, "{\"channel\":\"a\"}"))
        .hasMessageStartingWith("line 1 needs \"channel\" and \"data\"");
    assertThatThrownBy(() -> load(options, "{\"channel\":\"a\",\"data\":\"\",\"time\":\"now\"}"))
        .hasMessageStartingWith("line 1 has a time that isn't like");
  }

  @Test
  void aWrongLineIsToldWithWhatIsImported() {
    String thousands = "{\"channel\":\"a\",\"data\":\"1\"}\n".repeat(2100);
    assertThatThrownBy(() -> load(options, thousands + "nonsense"))
        .hasMessageStartingWith("line 2101 isn't a JSON object")
        .hasMessageEndingWith("; the lines up to 2000 are imported");
    assertThat(SqliteFile.check(file).events()).isEqualTo(2000);
    assertThatThrownBy(() -> load(options, "nonsense"))
        .hasMessageEndingWith("; nothing is imported");
  }

  @Test
  void linesThatCannotBeReadOnLeaveTheFileInOrder() {
    publishSome();
    BufferedReader torn =
        new BufferedReader(new StringReader("")) {
          private int lines;

          @Override
          public String readLine() throws IOException {
            if (lines++ == 3) {
              throw new IOException("the pipe broke");
            }
            return "{\"channel\":\"a\",\"data\":\"1\"}";
          }
        };
    assertThatThrownBy(() -> SqliteFile.importFrom(options, torn))
        .isInstanceOf(IOException.class)
        .hasMessage("the pipe broke");
    assertThat(SqliteFile.check(file)).isEqualTo(new SqliteFile.Report(402, 7, 402, List.of()));
  }

  @Test
  void aLongImportKeepsItsWriteAheadLogShort() throws IOException {
    SqliteOptions bounded =
        options.withLimits(SqliteOptions.Limits.DEFAULT.withMaxFileBytes(8 << 20));
    String line = "{\"channel\":\"a\",\"data\":\"" + "x".repeat(500) + "\"}";
    Path log = FileChecks.walOf(file);
    long[] longest = {0};
    BufferedReader lines =
        new BufferedReader(Reader.nullReader()) {
          private int left = 30_000;

          @Override
          public String readLine() throws IOException {
            if (left % 500 == 0 && Files.exists(log)) {
              longest[0] = Math.max(longest[0], Files.size(log));
            }
            return left-- > 0 ? line : null;
          }
        };

    assertThat(SqliteFile.importFrom(bounded, lines).events()).isEqualTo(30_000);

    long most = bounded.limits().walBytes();
    assertThat(longest[0]).isBetween(most / 2, 2 * most); // 15 MB went through it
    assertThat(SqliteFile.check(file).problems()).isEmpty();
  }

  @Test
  void anImportThatFailsLeavesTheFileInOrder() {
    publishSome();
    assertThatThrownBy(() -> load(options, "{\"channel\":\"d/1\",\"data\":\"1\"}\nnonsense\n"))
        .hasMessageStartingWith("line 2");
    assertThat(SqliteFile.check(file).problems()).isEmpty();
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.store.newest()).isEqualTo(402);
      assertThat(in.store.epochs().lives()).hasSize(1);
    }
  }

  @Test
  void aBackupOfAFileInUseIsAForkOfIt() {
    Path copy = directory.resolve("backup.db");
    try (StoreInUse in = StoreInUse.open(options)) {
      in.publish("a", "1", "2");
      SqliteFile.backup(file, copy);
      in.publish("a", "3");
      assertThat(in.retained("a")).containsExactly(1L, 2L, 3L);
    }
    assertThat(SqliteFile.check(copy).problems()).isEmpty();
    try (StoreInUse in = StoreInUse.open(SqliteOptions.of(copy).withClock(clock))) {
      assertThat(in.retained("a")).containsExactly(1L, 2L);
      assertThat(in.store.epochs().lives()).hasSize(2);
      assertThat(in.store.epochs().lives().getLast().fork()).isEqualTo(2);
      assertThat(in.publish("a", "another 3")).isEqualTo(3);
    }
    assertThatThrownBy(() -> SqliteFile.backup(file, copy))
        .hasMessageContaining("is there already");
  }

  @Test
  void aBackupThatIsPutInPlaceOfTheFileForksToo() throws IOException {
    Path copy = directory.resolve("backup.db");
    publishSome();
    SqliteFile.backup(file, copy);
    Files.delete(file);
    Files.move(copy, file);
    try (StoreInUse in = StoreInUse.open(options)) {
      assertThat(in.store.epochs().lives()).hasSize(2);
      assertThat(in.store.newest()).isEqualTo(402);
    }
  }
}
