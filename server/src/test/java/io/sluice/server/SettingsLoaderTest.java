package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import io.sluice.log.Retention;
import io.sluice.log.Retention.Behind;
import io.sluice.log.RetentionRules;
import io.sluice.log.RetentionRules.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class SettingsLoaderTest {

  private final SettingsFixture process = new SettingsFixture();

  @Test
  void nothingSetGivesTheDefaults() {
    Settings settings = process.settings();

    assertThat(settings.listen()).isEqualTo(new ListenAddress("127.0.0.1", 8080));
    assertThat(settings.drain()).hasSeconds(10);
    assertThat(settings.loops()).isZero();
    assertThat(settings.log()).isEqualTo(Level.INFO);
    assertThat(settings.stream().heartbeat()).hasToString("15s");
    assertThat(settings.stream().retry()).hasSeconds(2);
    assertThat(settings.stream().writeTimeout()).hasSeconds(30);
    assertThat(settings.stream().time()).isFalse();
    assertThat(settings.stream().buffer()).isEqualTo(ByteSize.mebibytes(64));
    assertThat(settings.history().store()).isEqualTo(HistorySettings.Store.MEMORY);
    assertThat(settings.history().memory()).isEqualTo(ByteSize.mebibytes(256));
    assertThat(settings.history().channels()).isEqualTo(RetentionRules.DEFAULT);
    assertThat(settings.limits())
        .isEqualTo(
            new LimitSettings(
                ByteSize.mebibytes(1),
                20_000,
                100,
                ByteSize.kibibytes(16),
                100_000,
                10_000,
                LimitSettings.Clients.UNLIMITED,
                LimitSettings.RefuseStreams.STATUS));
    assertThat(settings.access().isOpen()).isTrue();
    assertThat(settings.tls().enabled()).isFalse();
    assertThat(settings.demo())
        .isEqualTo(
            new DemoSettings(
                true, Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(5)));
  }

  @Test
  void fileMayNestAndMayUseDots() {
    Settings settings =
        process
            .file(
                """
                drain: 20s
                stream: { retry: 3s }
                stream.time: true
                history:
                  memory: 100MiB
                  channels:
                    "logs/**": { events: 5, age: 1h, bytes: 64MiB, behind: disconnect }
                    news: { age: none, bytes: none }
                    "**": { events: 0 }
                log: debug
                """)
            .settings();

    assertThat(settings.drain()).hasSeconds(20);
    assertThat(settings.stream().retry()).hasSeconds(3);
    assertThat(settings.stream().time()).isTrue();
    assertThat(settings.history().memory()).isEqualTo(ByteSize.mebibytes(100));
    assertThat(settings.log()).isEqualTo(Level.DEBUG);
    assertThat(settings.history().channels().rules())
        .containsExactly(
            new Rule(
                ChannelPattern.parse("logs/**"),
                new Retention(5, Duration.ofHours(1), 64 << 20, Behind.DISCONNECT)),
            new Rule(
                ChannelPattern.parse("news"),
                new Retention(10_000, null, Long.MAX_VALUE, Behind.GAP)),
            new Rule(
                ChannelPattern.ALL,
                new Retention(0, Duration.ofHours(24), Long.MAX_VALUE, Behind.GAP)));
  }

  @Test
  void fileMayBeEmptyOrHaveAllCommentedOut() {
    assertThat(process.file("").settings()).isEqualTo(new SettingsFixture().settings());
    assertThat(process.file("# drain: 1s\n---\nstream:\n  # retry: 1s\n").settings().drain())
        .hasSeconds(10);
    assertThat(process.file("history:\n  channels:\n").settings().history().channels())
        .isEqualTo(RetentionRules.DEFAULT);
  }

  @Test
  void laterSourcesWin() {
    process.file("drain: 1s\nloops: 1\nstream: { retry: 1s }");
    process.variable("SLUICE_DRAIN", "2s").variable("SLUICE_STREAM_RETRY", "2s");
    process.flag("stream.retry", "3s");

    Settings settings = process.settings();

    assertThat(settings.loops()).isEqualTo(1);
    assertThat(settings.drain()).hasSeconds(2);
    assertThat(settings.stream().retry()).hasSeconds(3);
    assertThat(process.sources())
        .containsEntry("loops", "sluice.yaml:2")
        .containsEntry("drain", "SLUICE_DRAIN")
        .containsEntry("stream.retry", "--stream.retry")
        .containsEntry("stream.time", "default");
  }

  @Test
  void configVariableNamesTheFileUnlessTheFlagDoes() {
    process.fileNamed("a.yaml", "drain: 1s").fileNamed("b.yaml", "drain: 2s");
    process.variable("SLUICE_CONFIG", "a.yaml");
    assertThat(process.settings().drain()).hasSeconds(1);

    process.config("b.yaml");
    assertThat(process.settings().drain()).hasSeconds(2);
  }

  @Test
  void channelsAreReadFromVariablesAndFlags() {
    process.variable("SLUICE_HISTORY_CHANNELS", "{\"a/*\": {events: 7}}");
    assertThat(process.settings().history().channels().rules())
        .singleElement()
        .returns(7L, rule -> rule.retention().events())
        .returns("a/*", rule -> rule.pattern().toString());

    process.flag("history.channels", "b: {age: 2d}\n\"**\": {events: 1}");
    assertThat(process.settings().history().channels().rules())
        .extracting(rule -> rule.pattern().toString())
        .containsExactly("b", "**");
  }

  @Test
  void portVariableChangesThePortOfTheDefaultAndOfTheFile() {
    process.variable("PORT", "9000");
    assertThat(process.settings().listen()).hasToString("127.0.0.1:9000");
    assertThat(process.sources()).containsEntry("listen", "default, port from PORT");

    process.file("listen: localhost:1234");
    assertThat(process.settings().listen()).hasToString("localhost:9000");
    assertThat(process.sources()).containsEntry("listen", "sluice.yaml:1, port from PORT");
  }

  @Test
  void listenBeatsThePortVariableOnlyWithAPortOfItsOwn() {
    process.variable("PORT", "9000").variable("SLUICE_LISTEN", "localhost");
    assertThat(process.settings().listen()).hasToString("localhost:9000");

    process.variable("SLUICE_LISTEN", "localhost:1234");
    assertThat(process.settings().listen()).hasToString("localhost:1234");

    process.option(SettingOption.port("0"));
    assertThat(process.settings().listen()).hasToString("localhost:0");
    assertThat(process.sources()).containsEntry("listen", "SLUICE_LISTEN, port from --port");
  }

  @Test
  void emptyVariablesCountAsNotSet() {
    process.variable("PORT", "").variable("SLUICE_DRAIN", " ").variable("SLUICE_CONFIG", "");

    assertThat(process.settings()).isEqualTo(new SettingsFixture().settings());
  }

  @Test
  void variablesOfTheLauncherTheClientsAndKubernetesAreLeftAlone() {
    process
        .variable("SLUICE_JAVA", "/usr/bin/java")
        .variable("SLUICE_JAVA_OPTS", "-Xmx1g")
        .variable("SLUICE_URL", "http://localhost:8080")
        .variable("SLUICE_TOKEN", "a.b.c")
        .variable("SLUICE_SERVICE_HOST", "10.0.0.1")
        .variable("SLUICE_SERVICE_PORT_HTTP", "8080")
        .variable("SLUICE_PORT", "tcp://10.0.0.1:8080")
        .variable("SLUICE_PORT_8080_TCP_ADDR", "10.0.0.1");

    assertThat(process.settings()).isEqualTo(new SettingsFixture().settings());
  }

  @Test
  void otherAddressesNeedInsecure() {
    process.flag("listen", "0.0.0.0:8080").flag("insecure", "true");

    assertThat(process.settings().listen().isLoopback()).isFalse();
  }

  @Test
  void demoRunsByItselfOnlyWhereNothingIsConfigured() {
    process.flag("log", "warn").flag("listen", "localhost:0").flag("demo.stocks", "1s");
    assertThat(process.settings().demo().enabled()).isTrue();
    assertThat(process.sources()).containsEntry("demo.enabled", "default (auto)");

    process.flag("drain", "1s");
    assertThat(process.settings().demo().enabled()).isFalse();

    process.option(SettingOption.demo(true));
    assertThat(process.settings().demo().enabled()).isTrue();
    assertThat(process.sources()).containsEntry("demo.enabled", "--demo");
  }

  @Test
  void demoStaysOffWhereOthersReachItUnlessAskedFor() {
    process.flag("listen", "0.0.0.0:0").flag("insecure", "true");
    assertThat(process.settings().demo().enabled()).isFalse();

    process.flag("demo.enabled", "on");
    assertThat(process.settings().demo().enabled()).isTrue();
  }

  @Test
  void noDemoTurnsItOff() {
    process.option(SettingOption.demo(false));

    assertThat(process.settings().demo().enabled()).isFalse();
    assertThat(process.sources()).containsEntry("demo.enabled", "--no-demo");
  }

  @Test
  void programsStartFromTheDefaults() {
    Settings settings = Settings.of(Map.of("listen", "127.0.0.1:0", "limits.event", "1KiB"));

    assertThat(settings.listen().port()).isZero();
    assertThat(settings.limits().event()).isEqualTo(ByteSize.kibibytes(1));
    assertThat(settings.demo().enabled()).isFalse();
    assertThat(Settings.defaults()).isEqualTo(Settings.of(Map.of()));
  }

  @Test
  void everySettingIsReadFromItsVariableAndFlag() {
    for (Setting<?> setting : SettingTable.all()) {
      String value = setting.defaultText().isEmpty() ? "{}" : setting.defaultText();
      SettingsFixture flags = new SettingsFixture().flag(setting.name(), value);
      flags.settings();
      assertThat(flags.sources().get(setting.name())).startsWith("--" + setting.name());

      SettingsFixture variables = new SettingsFixture().variable(setting.variable(), value);
      variables.settings();
      assertThat(variables.sources().get(setting.name())).startsWith(setting.variable());
    }
    assertThat(List.of("stream", "history", "identity", "limits", "tls", "demo"))
        .allMatch(SettingTable::isSection);
  }
}
