package io.sluice.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Settings;
import io.sluice.server.SettingsLoader;
import io.sluice.server.SluiceServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice history} on files that a real hub wrote. */
@Timeout(120)
class HistoryCommandIT {

  private static final InputStream NOTHING = InputStream.nullInputStream();

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void chooseDirectory() {
    data = folder.resolve("data");
  }

  @Test
  void soundHistoryIsFoundSoundWhileAHubRunsOnItAndAfter() throws IOException {
    try (SluiceServer server = serve()) {
      publish(server, "news", "a\nb\n");
      publish(server, "other", "c\n");
      assertThat(check())
          .isEqualTo(
              new CommandRun(
                  0, file() + " is sound: 3 events in 2 channels, newest sequence 3\n", ""));
    }
    assertThat(check().exitCode()).isZero();
  }

  @Test
  void damageIsFoundAndRepaired() throws IOException {
    try (SluiceServer server = serve()) {
      publish(server, "news", "x".repeat(500) + "\n" + "y".repeat(500) + "\n");
      publish(server, "other", "z\n");
    }
    damage("y".repeat(100));

    CommandRun check = check();
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out().lines())
        .anyMatch(line -> line.startsWith(file() + " has "))
        .contains("1 problem:")
        .anyMatch(line -> line.startsWith("  ") && line.contains("is damaged"));
    assertThat(check.err()).contains("'sluice history repair --data " + data + "'");

    CommandRun repair = onData(new HistoryRepairCommand(loader()));
    assertThat(repair.exitCode()).isZero();
    List<String> told = repair.out().lines().toList();
    assertThat(told.getFirst()).startsWith("saved ").endsWith(file() + " is a new file");
    assertThat(Path.of(told.get(1).substring("the old one is ".length()))).exists();
    assertThat(told.get(2)).isEqualTo("what couldn't be read:");
    assertThat(repair.err()).contains("a new epoch begins");

    assertThat(check().exitCode()).isZero();
    assertThat(events(export())).extracting(event -> text(event, "data")).contains("z");
  }

  @Test
  void soundHistoryIsNotRepairedUnlessTold() throws IOException {
    String before;
    try (SluiceServer server = serve()) {
      publish(server, "news", "a\n");
      before = export();
      CommandRun refused = onData(new HistoryRepairCommand(loader()), "--even-if-sound");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).startsWith("sluice: ").contains("in use");
    }
    CommandRun nothing = onData(new HistoryRepairCommand(loader()));
    assertThat(nothing)
        .isEqualTo(
            new CommandRun(0, "", "sluice: " + file() + " is sound: there is nothing to repair\n"));
    assertThat(export()).isEqualTo(before);

    CommandRun told = onData(new HistoryRepairCommand(loader()), "--even-if-sound");
    assertThat(told.exitCode()).isZero();
    assertThat(told.out()).startsWith("saved 1 event; ").doesNotContain("couldn't");
    assertThat(export()).isNotEqualTo(before);
  }

  @Test
  void exportHasTheMembersOfHistoryInTheOrderOfIds() throws IOException {
    try (SluiceServer server = serve()) {
      publish(server, "stocks/AAPL", "187.2 é€\n", "--type", "price", "--key", "AAPL");
      publish(server, "news", "a\nb\n");
      List<JsonNode> events = events(export());
      assertThat(events)
          .extracting(event -> text(event, "data"))
          .containsExactly("187.2 é€", "a", "b");
      assertThat(events.getFirst().propertyNames())
          .containsExactly("id", "channel", "type", "key", "time", "data");
      assertThat(events.getLast().propertyNames()).containsExactly("id", "channel", "time", "data");
      assertThat(text(events.getLast(), "id")).endsWith("-3");
    }
  }

  @Test
  void exportToAFileIsThereAsAWholeAndReplacesNone() throws IOException {
    try (SluiceServer server = serve()) {
      publish(server, "news", "a\nb\n");
    }
    Path lines = folder.resolve("events.ndjson");
    CommandRun run = onData(new HistoryExportCommand(loader()), lines.toString());
    assertThat(run)
        .isEqualTo(new CommandRun(0, "", "sluice: exported 2 events of " + file() + "\n"));
    assertThat(lines).hasContent(export());

    CommandRun again = onData(new HistoryExportCommand(loader()), lines.toString());
    assertThat(again)
        .isEqualTo(
            new CommandRun(
                1,
                "",
                "sluice: "
                    + lines
                    + " is there already: choose another name, or delete it first\n"));
    Path nowhere = folder.resolve("nowhere/events.ndjson");
    CommandRun noDirectory = onData(new HistoryExportCommand(loader()), nowhere.toString());
    assertThat(noDirectory.exitCode()).isEqualTo(1);
    assertThat(noDirectory.err()).contains("there is no file or directory " + nowhere);
  }

  @Test
  void whatWasExportedIsServedAfterItsImport() throws IOException {
    String lines;
    try (SluiceServer server = serve()) {
      publish(server, "stocks/AAPL", "187.2\n", "--type", "price", "--key", "AAPL");
      publish(server, "news", "a é€\nb\n");
      lines = export();
    }
    data = Files.createDirectory(folder.resolve("other"));
    CommandRun run = load(Map.of(), lines.getBytes(UTF_8));
    assertThat(run)
        .isEqualTo(new CommandRun(0, "", "sluice: imported 3 events into " + file() + "\n"));
    assertThat(withoutIds(export())).isEqualTo(withoutIds(lines));
    try (SluiceServer server = serve()) {
      CommandRun read =
          CommandRun.of(
              new SubscribeCommand(new Random(1), pause -> {}, InstantSource.system()),
              CommandRun.at(url(server), "**", "--since", "earliest", "--count", "3", "--json"));
      assertThat(events(read.out()))
          .extracting(event -> text(event, "data"))
          .containsExactly("187.2", "a é€", "b");
    }
  }

  @Test
  void importFromAFileGoesByTheRetentionOfTheSettings() throws IOException {
    Files.createDirectory(data);
    Path config =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            "history.channels:\n  few: { events: 2 }\n  live: { events: 0 }\n");
    Path lines =
        Files.writeString(
            folder.resolve("events.ndjson"),
            """
            {"channel":"few","data":"1"}
            {"channel":"few","data":"2"}
            {"channel":"live","data":"3"}
            {"channel":"few","time":"2999-01-01T00:00:00.000Z","data":"4"}
            """);
    CommandRun run =
        onData(
            new HistoryImportCommand(NOTHING, loader()),
            "--config",
            config.toString(),
            lines.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("sluice: imported 3 events into "),
            line -> assertThat(line).startsWith("sluice: 1 event passed over"),
            line -> assertThat(line).startsWith("sluice: 1 event got another time"));
    try (SluiceServer server = serve(Map.of("history.channels", "{few: {events: 2}}"))) {
      CommandRun read =
          CommandRun.of(
              new SubscribeCommand(new Random(1), pause -> {}, InstantSource.system()),
              CommandRun.at(url(server), "**", "--since", "earliest", "--count", "2", "--json"));
      assertThat(events(read.out()))
          .extracting(event -> text(event, "data"))
          .containsExactly("2", "4");
    }
  }

  @Test
  void wrongLineOfAnImportIsNamed() throws IOException {
    Files.createDirectory(data);
    byte[] notUtf8 =
        "{\"channel\":\"a\",\"data\":\"1\"}\n{\"channel\":\"a\",\"data\":\"\u00e9\"}\n"
            .getBytes(ISO_8859_1);
    Map<String, byte[]> wrong =
        Map.of(
            "sluice: line 2 isn't a JSON object",
            "{\"channel\":\"a\",\"data\":\"1\"}\nnonsense\n".getBytes(UTF_8),
            "sluice: line 1 can't be published: channel \"a/*\" is a pattern",
            "{\"channel\":\"a/*\",\"data\":\"1\"}".getBytes(UTF_8),
            "sluice: line 2 isn't UTF-8",
            notUtf8);
    wrong.forEach(
        (told, lines) -> {
          CommandRun run = load(Map.of(), lines);
          assertThat(run.exitCode()).isEqualTo(1);
          assertThat(run.err()).startsWith(told).hasLineCount(1);
          assertThat(check().out()).contains("is sound: 0 events");
        });
  }

  @Test
  void linesOfTheThousandsBeforeAWrongOneAreImported() throws IOException {
    Files.createDirectory(data);
    String lines =
        IntStream.range(0, 1500)
            .mapToObj(i -> "{\"channel\":\"a\",\"data\":\"" + i + "\"}\n")
            .collect(Collectors.joining());
    CommandRun run = load(Map.of(), (lines + "nonsense").getBytes(UTF_8));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("sluice: line 1501 ")
        .endsWith("; the lines up to 1000 are imported\n");
    assertThat(check().out()).contains("is sound: 1000 events");
  }

  @Test
  void hubInUseTakesNoImport() throws IOException {
    try (SluiceServer server = serve()) {
      publish(server, "news", "a\n");
      CommandRun run = load(Map.of(), "{\"channel\":\"a\",\"data\":\"1\"}".getBytes(UTF_8));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("in use by another hub").hasLineCount(1);
    }
  }

  @Test
  void backupReplacesNoFile() throws IOException {
    try (SluiceServer server = serve()) {
      publish(server, "news", "a\nb\n");
      Path copy = folder.resolve("copy.db");
      CommandRun run = onData(new HistoryBackupCommand(loader()), copy.toString());
      assertThat(run.err())
          .isEqualTo(
              "sluice: copied %s to %s, %d bytes\n".formatted(file(), copy, Files.size(copy)));
      assertThat(run.exitCode()).isZero();
      assertThat(CommandRun.of(new HistoryCheckCommand(loader()), "--file", copy.toString()).out())
          .contains("is sound: 2 events");
      CommandRun again = onData(new HistoryBackupCommand(loader()), copy.toString());
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.err()).contains(copy + " is there already");
    }
  }

  @Test
  void settingsOfTheHubSayWhereItIs() throws IOException {
    try (SluiceServer server = serve()) {
      publish(server, "news", "a\n");
    }
    Map<String, String> variables =
        Map.of("SLUICE_HISTORY_STORE", "sqlite", "SLUICE_HISTORY_DATA", data.toString());
    assertThat(CommandRun.of(new HistoryCheckCommand(loader(variables))).out())
        .startsWith(file() + " is sound");
    Path config =
        Files.writeString(
            folder.resolve("sluice.yaml"), "history: { store: sqlite, data: " + data + " }\n");
    assertThat(
            CommandRun.of(new HistoryCheckCommand(loader()), "--config", config.toString()).out())
        .startsWith(file() + " is sound");
  }

  @Test
  void whatIsNotThereIsTold() {
    for (Object command :
        List.of(
            new HistoryCheckCommand(loader()),
            new HistoryRepairCommand(loader()),
            new HistoryExportCommand(loader()))) {
      CommandRun run = onData(command);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).isEqualTo("sluice: " + file() + " isn't there\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "history",
        "history check",
        "history check --data a --file b",
        "history check --data a b",
        "history repair",
        "history export",
        "history export --data a b c",
        "history import",
        "history backup --data a",
        "history backup b",
        "history nonsense"
      })
  void wrongUsageIsExitCodeTwo(String arguments) {
    CommandRun run = CommandRun.of(new Sluice(), arguments.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("sluice: ");
  }

  @Test
  void wrongSettingsAreToldAsTheHubTellsThem() {
    CommandRun run = load(Map.of("SLUICE_DRAIN", "never"), new byte[0]);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("A setting is wrong:", "SLUICE_DRAIN");
  }

  private SluiceServer serve() throws IOException {
    return serve(Map.of());
  }

  private SluiceServer serve(Map<String, String> more) throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("listen", "127.0.0.1:0");
    settings.put("history.store", "sqlite");
    settings.put("history.data", data.toString());
    return SluiceServer.start(Settings.of(settings));
  }

  private static String url(SluiceServer server) {
    return "http://127.0.0.1:" + server.address().getPort();
  }

  private static void publish(
      SluiceServer server, String channel, String lines, String... options) {
    String[] arguments =
        Stream.concat(Stream.of(channel), Stream.of(options)).toArray(String[]::new);
    CommandRun run =
        CommandRun.of(
            new PublishCommand(
                new ByteArrayInputStream(lines.getBytes(UTF_8)), new Random(1), pause -> {}),
            CommandRun.at(url(server), arguments));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private Path file() {
    return data.resolve("sluice.db");
  }

  private CommandRun check() {
    return onData(new HistoryCheckCommand(loader()));
  }

  private String export() {
    CommandRun run = onData(new HistoryExportCommand(loader()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  private CommandRun load(Map<String, String> variables, byte[] lines) {
    return onData(new HistoryImportCommand(new ByteArrayInputStream(lines), loader(variables)));
  }

  private CommandRun onData(Object command, String... arguments) {
    return CommandRun.of(
        command,
        Stream.concat(Stream.of("--data", data.toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** Damages the first place in the file that has this text. */
  private void damage(String text) throws IOException {
    String all = Files.readString(file(), ISO_8859_1);
    try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
      bytes.seek(all.indexOf(text));
      bytes.write("damage".getBytes(UTF_8));
    }
  }

  private static SettingsLoader loader() {
    return loader(Map.of());
  }

  private static SettingsLoader loader(Map<String, String> variables) {
    return new SettingsLoader(variables, Files::readString, Long.MAX_VALUE);
  }

  private static List<JsonNode> events(String lines) {
    return lines.lines().map(line -> JsonMapper.shared().readTree(line)).toList();
  }

  private static String withoutIds(String lines) {
    return lines.replaceAll("\"id\":\"[a-z0-9]+-", "");
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString();
  }
}
