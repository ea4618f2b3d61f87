package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EffectiveSettingsTest {

  private final SettingsFixture process =
      new SettingsFixture()
          .file(
              """
              listen: "[::1]:9000"
              stream: { heartbeat: 15s..45s }
              history:
                channels:
                  "logs/**": { events: 5, bytes: 64MiB, behind: disconnect }
                  "@me/a~b:c": { age: none }
              """)
          .variable("SLUICE_LIMITS_EVENT", "100kB")
          .flag("drain", "1500ms");

  @Test
  void yamlShowsWhereEachValueCameFrom() {
    assertThat(process.load().toYaml())
        .isEqualTo(
            """
            listen: "[::1]:9000"                # sluice.yaml:1
            insecure: false                     # default
            drain: 1500ms                       # --drain
            loops: 0                            # default
            log: info                           # default
            node: none                          # default
            node-lease: 10s                     # default
            stream:
              heartbeat: 15s..45s               # sluice.yaml:2
              retry: 2s                         # default
              write-timeout: 30s                # default
              time: false                       # default
              buffer: 64MiB                     # default
              gzip-above: 1KiB                  # default
            history:
              store: memory                     # default
              data: none                        # default
              sync: full                        # default
              disk: none                        # default
              memory: 256MiB                    # default
              channels:                         # sluice.yaml:4
                "logs/**": {events: 5, age: 24h, bytes: 64MiB, behind: disconnect}
                "@me/a~b:c": {events: 10000, age: none, bytes: none, behind: gap}
              redis.url: none                   # default
              redis.password: none              # default
              redis.password-file: none         # default
              redis.ca-file: none               # default
              redis.prefix: sluice              # default
              redis.timeout: 2s                 # default
              replicas: 0                       # default
            presence:
              channels: none                    # default
              grace: 5s                         # default
              list: 1000                        # default
              interval: 1s                      # default
            identity:
              tokens.secret: none               # default
              tokens.secret-file: none          # default
              tokens.keys-files: none           # default
              tokens.jwks-file: none            # default
              tokens.jwks: none                 # default
              tokens.issuer: none               # default
              tokens.audience: none             # default
              tokens.clock-skew: 30s            # default
              tokens.roles-claim: roles         # default
              cookie: none                      # default
              query-token: false                # default
              session.url: none                 # default
              session.cookie: none              # default
              session.header: none              # default
              session.timeout: 2s               # default
              session.cache: 30s                # default
              keys: []                          # default
              tickets.lifetime: 30s             # default
            rules: {}                           # default
            authorizer:
              url: none                         # default
              timeout: 2s                       # default
            limits:
              event: 100kB                      # SLUICE_LIMITS_EVENT
              connections: 20000                # default
              channels-per-connection: 100      # default
              head: 16KiB                       # default
              idempotency-keys: 100000          # default
              connections-per-subject: 10       # default
              connections-per-address: 100      # default
              attempts: 60/min                  # default
              publishes: none                   # default
              publish-bytes: none               # default
              pending: 10000                    # default
              refuse-streams: status            # default
            proxies:
              trusted: none                     # default
              protocol: false                   # default
            cors:
              origins: none                     # default
              credentials: false                # default
              max-age: 10m                      # default
            tls:
              certificate: none                 # default
              key: none                         # default
              dev: false                        # default
            schemas: {}                         # default
            demo:
              enabled: off                      # default (auto)
              stocks: 2s                        # default
              metrics: 3s                       # default
              notifications: 5s                 # default
            """);
  }

  @Test
  void yamlIsAConfigurationFileThatSaysTheSame() {
    assertThat(new SettingsFixture().file(process.load().toYaml()).settings())
        .isEqualTo(process.settings());

    SettingsFixture untouched = new SettingsFixture();
    assertThat(untouched.settings().demo().enabled()).isTrue();
    assertThat(new SettingsFixture().file(untouched.load().toYaml()).settings())
        .isEqualTo(untouched.settings());
  }

  @Test
  void fileNameCannotBreakOutOfItsComment() {
    SettingsFixture odd = new SettingsFixture().fileNamed("a\nb: 1", "drain: 1s").config("a\nb: 1");

    assertThat(new SettingsFixture().file(odd.load().toYaml()).settings().drain()).hasSeconds(1);
  }

  @Test
  void jsonHasValueAndSourceOfEach() {
    JsonNode json = JsonMapper.shared().readTree(process.load().toJson());

    assertThat(json.size()).isEqualTo(SettingTable.all().size());
    assertThat(json.at("/listen/value").stringValue()).isEqualTo("[::1]:9000");
    assertThat(json.at("/listen/source").stringValue()).isEqualTo("sluice.yaml:1");
    assertThat(json.at("/loops/value").intValue()).isZero();
    assertThat(json.at("/insecure/value").booleanValue()).isFalse();
    assertThat(json.at("/limits.event/value").stringValue()).isEqualTo("100kB");
    assertThat(json.at("/history.channels/value/logs~1**/events").intValue()).isEqualTo(5);
  }
}
