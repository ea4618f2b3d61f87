package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsProblemsTest {

  private static final String SIZE_UNITS = " (units are B, KiB, MiB, GiB, TiB, kB, MB, GB or TB)";
  private static final String DURATION_UNITS = " (units are ms, s, m, h or d)";

  private final SettingsFixture process = new SettingsFixture();

  @Test
  void allAreFoundAtOnce() {
    process
        .file(
            """
            drain: 10
            histroy: { memory: 1MiB, store: redis }
            limits:
              event: 17MiB
              conections: 5
            """)
        .variable("PORT", "http")
        .variable("SLUICE_LOOPS", "many")
        .flag("stream.time", "yes");

    assertThat(process.problems())
        .containsExactly(
            "histroy: unknown setting (sluice.yaml:2); did you mean history?",
            "limits.conections: unknown setting (sluice.yaml:5); did you mean limits.connections?",
            "drain: 10 has no unit (sluice.yaml:1);"
                + " allowed: a duration from 0s to 10m"
                + DURATION_UNITS,
            "limits.event: 17MiB is out of range (sluice.yaml:4);"
                + " allowed: a size from 1B to 16MiB"
                + SIZE_UNITS,
            "port: http is not a whole number (PORT); allowed: a whole number from 0 to 65535",
            "loops: many is not a whole number (SLUICE_LOOPS);"
                + " allowed: a whole number from 0 to 256",
            "stream.time: yes is not one of its values (--stream.time); allowed: true or false");
  }

  @Test
  void messageHasALineForEach() {
    process.file("drian: 1s\nhistory: { memroy: 1MiB }");

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(process::load)
        .withMessage(
            """
            drian: unknown setting (sluice.yaml:1); did you mean drain?
            history.memroy: unknown setting (sluice.yaml:2); did you mean history.memory?\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "drain, 11m",
    "stream.heartbeat, 999ms",
    "stream.heartbeat, 15s..2h",
    "stream.retry, 99ms",
    "stream.write-timeout, 999ms",
    "stream.buffer, 1023KiB",
    "stream.gzip-above, 63B",
    "history.memory, 1023KiB",
    "limits.event, 0B",
    "limits.connections, 0",
    "limits.channels-per-connection, 10001",
    "limits.head, 1B",
    "limits.idempotency-keys, -1",
    "demo.stocks, 1ms",
    "loops, 257",
    "loops, 99999999999"
  })
  void rangesHold(String setting, String value) {
    process.flag(setting, value);

    assertThat(process.problems())
        .singleElement()
        .asString()
        .startsWith(setting + ": " + value + " is out of range (--" + setting + "); allowed: ");
  }

  @ParameterizedTest
  @CsvSource({
    "drain, 0s",
    "drain, 10m",
    "stream.heartbeat, 1s..1h",
    "limits.event, 1B",
    "limits.event, 16MiB",
    "history.memory, 1MiB"
  })
  void endsOfRangesAreAllowed(String setting, String value) {
    process.flag(setting, value);
    if (setting.equals("history.memory")) {
      process.flag("limits.event", "1KiB");
    }

    assertThat(process.sources()).containsEntry(setting, "--" + setting);
  }

  @Test
  void storesOfOtherVersionsAreRefused() {
    process.variable("SLUICE_HISTORY_STORE", "postgres");

    assertThat(process.problems())
        .containsExactly(
            "history.store: postgres is not one of its values (SLUICE_HISTORY_STORE);"
                + " allowed: memory, sqlite or redis");
  }

  @Test
  void aFileNeedsADirectory() {
    process.variable("SLUICE_HISTORY_STORE", "sqlite");

    assertThat(process.problems())
        .containsExactly(
            "history.data: history.store is sqlite, and there is no directory for its file"
                + " (SLUICE_HISTORY_STORE); set history.data or --data to a directory");
  }

  @Test
  void aDirectoryThatNothingIsWrittenToIsRefused() {
    process.variable("SLUICE_HISTORY_DATA", "/var/lib/sluice");

    assertThat(process.problems())
        .containsExactly(
            "history.store: history.data is set, but with the store memory nothing is written"
                + " there (SLUICE_HISTORY_DATA); set history.store to sqlite, or leave out"
                + " history.data");
  }

  @Test
  void settingsThatDoNotExistYetAreUnknown() {
    process.file("cluster:\n  size: 3\n");

    assertThat(process.problems()).containsExactly("cluster: unknown setting (sluice.yaml:1)");
  }

  @Test
  void whatIsAboutTokensNeedsKeysToCheckThemWith() {
    process.file("identity:\n  cookie: x\n");

    assertThat(process.problems())
        .containsExactly(
            "identity.cookie: there are no keys to check tokens with (sluice.yaml:2); set"
                + " identity.tokens.secret, secret-file, keys-files, jwks-file or jwks");
  }

  @Test
  void aSecretThatIsTooShortIsRefusedAndNotShown() {
    process.variable("SLUICE_IDENTITY_TOKENS_SECRET", "only-so-much");

    assertThat(process.problems())
        .singleElement()
        .asString()
        .startsWith("identity.tokens.secret: ")
        .contains("12 bytes")
        .contains("32")
        .doesNotContain("only-so-much");
  }

  @Test
  void aSecretIsNeverShown() {
    process.variable("SLUICE_IDENTITY_TOKENS_SECRET", "a secret that has more than 32 bytes");

    EffectiveSettings settings = process.load();

    assertThat(settings.toYaml() + settings.toJson())
        .contains("(set)")
        .doesNotContain("a secret that");
  }

  @Test
  void whoSaysWhoMayMayListenToStrangers() {
    process
        .flag("listen", "0.0.0.0:8080")
        .variable("SLUICE_IDENTITY_TOKENS_SECRET", "a secret that has more than 32 bytes");

    assertThat(process.settings().access().isOpen()).isFalse();
    assertThat(process.settings().limits().clients().connectionsPerAddress()).isEqualTo(100);
  }

  @Test
  void limitsOfClientsHoldOnLoopbackOnlyWhereSomethingIsConfigured() {
    assertThat(process.settings().limits().clients()).isEqualTo(LimitSettings.Clients.UNLIMITED);

    process.flag("limits.attempts", "5/s");

    assertThat(process.settings().limits().clients().attempts()).hasToString("Optional[5/s]");
  }

  @Test
  void nameWithoutItsSectionIsRecognised() {
    process.file("heartbeat: 10s\nwriteTimeout: 10s");

    assertThat(process.problems())
        .containsExactly(
            "heartbeat: unknown setting (sluice.yaml:1); did you mean stream.heartbeat?",
            "writeTimeout: unknown setting (sluice.yaml:2); did you mean stream.write-timeout?");
  }

  @Test
  void unknownVariablesAreRefused() {
    process
        .variable("SLUICE_HISTORY_MEMROY", "1GiB")
        .variable("SLUICE_PORT", "9000")
        .variable("SLUICE_XYZ", "1");

    assertThat(process.problems())
        .containsExactly(
            "SLUICE_HISTORY_MEMROY: unknown setting (environment);"
                + " did you mean SLUICE_HISTORY_MEMORY?",
            "SLUICE_PORT: unknown setting (environment); did you mean PORT or SLUICE_LISTEN?",
            "SLUICE_XYZ: unknown setting (environment)");
  }

  @Test
  void settingsAreSetOnce() {
    process.file("drain: 1s\nhistory: { memory: 8MiB }\nhistory.memory: 9MiB\ndrain: 2s");

    assertThat(process.problems())
        .containsExactly(
            "drain: set twice (sluice.yaml:4); it is already set at sluice.yaml:1",
            "history.memory: set twice (sluice.yaml:3); it is already set at sluice.yaml:2");
  }

  @Test
  void shapesAreChecked() {
    process.file("drain: { a: 1 }\nloops: [1]\nstream: 5\nlog:\nhistory.channels: 7\n");

    assertThat(process.problems())
        .containsExactly(
            "stream: 5 is not a mapping (sluice.yaml:3);"
                + " allowed: stream.heartbeat, stream.retry, stream.write-timeout, stream.time,"
                + " stream.buffer, stream.gzip-above",
            "drain: a mapping is not a value (sluice.yaml:1);"
                + " allowed: a duration from 0s to 10m"
                + DURATION_UNITS,
            "loops: a list is not a value (sluice.yaml:2); allowed: a whole number from 0 to 256",
            "log: nothing is not a value (sluice.yaml:4);"
                + " allowed: error, warn, info, debug or trace",
            "history.channels: 7 is not a mapping (sluice.yaml:5); allowed: channel patterns with"
                + " any of events, age, bytes and behind, such as"
                + " {\"logs/**\": {events: 10000, age: 24h, bytes: 64MiB, behind: gap}}");
  }

  @Test
  void retentionIsCheckedFieldByField() {
    process.file(
        """
        history:
          channels:
            "a**": { events: 1 }
            b: 5
            c:
              evnts: 5
              age: 24
              bytes: 0B
              behind: close
              events: -1
        """);

    assertThat(process.problems())
        .containsExactly(
            "history.channels: channel \"a**\" has a * inside a segment; * stands for a whole one"
                + " (sluice.yaml:3); allowed: a channel, or a pattern such as logs/* or logs/**",
            "history.channels.b: 5 is not a mapping (sluice.yaml:4); allowed: channel patterns with"
                + " any of events, age, bytes and behind, such as"
                + " {\"logs/**\": {events: 10000, age: 24h, bytes: 64MiB, behind: gap}}",
            "history.channels.c.evnts: unknown setting (sluice.yaml:6);"
                + " did you mean history.channels.c.events?",
            "history.channels.c.age: 24 has no unit (sluice.yaml:7);"
                + " allowed: a duration from 1s to 3650d"
                + DURATION_UNITS
                + ", or none",
            "history.channels.c.bytes: 0B is out of range (sluice.yaml:8);"
                + " allowed: a size from 1B to 1TiB"
                + SIZE_UNITS
                + ", or none",
            "history.channels.c.behind: close is not one of its values (sluice.yaml:9);"
                + " allowed: gap or disconnect",
            "history.channels.c.events: -1 is out of range (sluice.yaml:10);"
                + " allowed: a whole number from 0 to 1000000000");
  }

  @Test
  void retentionOnTheCommandLineNamesTheFlag() {
    process.flag("history.channels", "{a: {events: 1}, a: {events: 2}}");

    assertThat(process.problems())
        .containsExactly(
            "history.channels.a: set twice (--history.channels);"
                + " it is already set at --history.channels");
  }

  @Test
  void brokenYamlNamesTheLine() {
    process.file("drain: 1s\nstream: { retry: 1s\nloops: 1\n");

    assertThat(process.problems())
        .singleElement()
        .asString()
        .startsWith("YAML: expected ',' or '}'")
        .contains("(sluice.yaml:3)");
  }

  @Test
  void twoDocumentsAListAndLoopsAreRefused() {
    assertThat(process.file("drain: 1s\n---\ndrain: 2s\n").problems())
        .singleElement()
        .asString()
        .startsWith("YAML: but found another document (sluice.yaml:2)");
    assertThat(process.file("- drain\n").problems())
        .containsExactly(
            "config: a list is not a mapping (sluice.yaml); allowed: names with values");
    assertThat(process.file("history: &a { channels: *a }\n").problems())
        .containsExactly("history: an alias to what it is part of (sluice.yaml:1)");
    assertThat(process.file("? [a]\n: 1\n").problems())
        .containsExactly("config: a key that is not a name (sluice.yaml:1)");
  }

  @Test
  void missingFileNamesWhoNamedIt() {
    assertThat(process.config("no.yaml").problems())
        .containsExactly("config: no.yaml can't be read: no such file (--config)");
    assertThat(new SettingsFixture().variable("SLUICE_CONFIG", "no.yaml").problems())
        .containsExactly("config: no.yaml can't be read: no such file (SLUICE_CONFIG)");
  }

  @Test
  void valuesThatAnotherSourceReplacesAreCheckedToo() {
    process.file("drain: never").flag("drain", "1s");

    assertThat(process.problems())
        .singleElement()
        .asString()
        .startsWith("drain: never is not a duration (sluice.yaml:1)");
  }

  @Test
  void strangersAreLetInOnlyWhenTold() {
    process.flag("listen", "0.0.0.0:8080");

    assertThat(process.problems())
        .containsExactly(
            "listen: 0.0.0.0:8080 is reached from other machines, and all may read and publish"
                + " (--listen); three ways out: say who may (identity.tokens, identity.keys,"
                + " rules), listen on 127.0.0.1 behind a proxy that asks, or say --insecure");
  }

  @Test
  void historyMustFitTheHeap() {
    process.heap(300L << 20);
    assertThat(process.problems())
        .containsExactly(
            "history.memory: 256MiB is more than 70 % of the Java heap of 300MiB (default);"
                + " allowed: up to 210MiB; or raise the heap with SLUICE_JAVA_OPTS=-Xmx388m");

    process.heap(366L << 20);
    assertThat(process.settings().history().memory()).isEqualTo(ByteSize.mebibytes(256));
  }

  @Test
  void oneEventMustFitWhereItGoes() {
    process.flag("limits.event", "16MiB").flag("history.memory", "8MiB");
    process.flag("stream.buffer", "4MiB");

    assertThat(process.problems())
        .containsExactly(
            "limits.event: 16MiB doesn't fit history.memory of 8MiB (--limits.event);"
                + " allowed: up to 2MiB; history.memory is from --history.memory",
            "limits.event: 16MiB doesn't fit stream.buffer of 4MiB (--limits.event);"
                + " allowed: up to 4MiB; stream.buffer is from --stream.buffer");
  }

  @Test
  void programsAreToldWhatTheyGotWrong() {
    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> Settings.of(Map.of("lisen", "127.0.0.1:0")))
        .withMessage("lisen: unknown setting (Settings.of); did you mean listen?");
  }
}
