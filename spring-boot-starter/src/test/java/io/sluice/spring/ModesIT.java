package io.sluice.spring;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.SluiceClient;
import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.hub.CloseReason;
import io.sluice.hub.Hub;
import io.sluice.server.InvalidSettingsException;
import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** Applications that are started and stopped. */
@Timeout(120)
class ModesIT {

  /** Nothing of its own. */
  @EnableAutoConfiguration(
      excludeName = {
        "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
        "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration"
      })
  static class Plain {}

  private static ConfigurableApplicationContext run(WebApplicationType type, String... arguments) {
    SpringApplicationBuilder application = new SpringApplicationBuilder(Plain.class).web(type);
    application.properties(
        "server.port=0",
        "sluice.insecure=true",
        "spring.jmx.enabled=false",
        "spring.main.banner-mode=off",
        "spring.application.name=modes");
    return application.run(arguments);
  }

  private static String events(ConfigurableApplicationContext application) {
    return "http://127.0.0.1:"
        + application.getEnvironment().getProperty("local.server.port")
        + "/events";
  }

  private static List<String> history(Hub hub, String channel) {
    return hub
        .history(Subscription.to(channel), new Origin.Earliest(), 100)
        .join()
        .events()
        .stream()
        .map(Event::data)
        .toList();
  }

  // ---- where it is served

  @Test
  void hubOnItsOwnPortIsServedByItsOwnServer() throws Exception {
    try (ConfigurableApplicationContext application =
        run(WebApplicationType.NONE, "--sluice.serve=port", "--sluice.listen=127.0.0.1:0")) {
      int port = application.getBean(SluiceServer.class).address().getPort();
      try (Probe probe = Probe.open("http://127.0.0.1:" + port + "/events/news")) {
        probe.next();
        application.getBean(SluiceTemplate.class).send("news", "hello").get();
        assertThat(probe.next()).containsEntry("data", "hello");
        application.close();
        Map<String, String> last = probe.block();
        while (last != null && !last.containsKey("retry")) {
          last = probe.block();
        }
        assertThat(last).as("when to come back").isNotNull();
        assertThat(probe.block()).as("the end").isNull();
      }
    }
  }

  @Test
  void templateReachesAHubSomewhereElse() throws Exception {
    try (SluiceServer hub = SluiceServer.start(Settings.of(Map.of("listen", "127.0.0.1:0")));
        ConfigurableApplicationContext application =
            run(
                WebApplicationType.NONE,
                "--sluice.mode=remote",
                "--sluice.remote.url=http://127.0.0.1:" + hub.address().getPort())) {
      SluiceTemplate template = application.getBean(SluiceTemplate.class);
      String id = template.send("far", "t", Map.of("a", 1)).get();
      template.sendAll(List.of(Publication.of("far", "x"), Publication.of("far", "y")), "k").get();
      template.sendAll(List.of(Publication.of("far", "x"), Publication.of("far", "y")), "k").get();
      assertThat(hub.hub().newest().epoch()).isEqualTo(EventId.parse(id).epoch());
      assertThat(history(hub.hub(), "far")).containsExactly("{\"a\":1}", "x", "y");
      assertThat(application.getBeansOfType(Hub.class)).isEmpty();
      assertThat(application.getBean(SluiceClient.class).url().getPort())
          .isEqualTo(hub.address().getPort());
      RemoteHealth health = application.getBean(RemoteHealth.class);
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
      hub.close();
      assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    }
  }

  @Test
  void remoteWithoutAnAddressSaysWhatIsMissing() {
    assertThatThrownBy(() -> run(WebApplicationType.NONE, "--sluice.mode=remote"))
        .hasStackTraceContaining("sluice.remote.url is missing");
  }

  @Test
  void applicationWithoutAPolicyDoesntStart() {
    assertThatThrownBy(() -> run(WebApplicationType.SERVLET, "--sluice.insecure=false"))
        .hasRootCauseInstanceOf(MissingPolicyException.class);
    try (var inProcess =
        run(WebApplicationType.SERVLET, "--sluice.insecure=false", "--sluice.serve=none")) {
      assertThat(Probe.get(events(inProcess) + "/news").statusCode()).isEqualTo(404);
    }
  }

  // ---- settings

  @Test
  void historyOutlivesTheApplicationInAFile(@TempDir Path directory) throws Exception {
    String[] arguments = {
      "--sluice.history.store=sqlite",
      "--sluice.history.data=" + directory.resolve("data"),
      "--sluice.history.sync=off",
      "--sluice.history.channels.[kept/**].events=2",
      "--sluice.history.channels.[**].events=1"
    };
    String first;
    try (var application = run(WebApplicationType.NONE, arguments)) {
      SluiceTemplate template = application.getBean(SluiceTemplate.class);
      first = template.send("kept/a", "1").get();
      template.send("kept/a", "2").get();
      template.send("kept/a", "3").get();
    }
    try (var application = run(WebApplicationType.NONE, arguments)) {
      Hub hub = application.getBean(Hub.class);
      assertThat(history(hub, "kept/a")).containsExactly("2", "3");
      assertThat(hub.newest().epoch()).isEqualTo(EventId.parse(first).epoch());
    }
  }

  @Test
  void wrongSettingStopsTheStartWithWhatIsAllowed() {
    assertThatThrownBy(() -> run(WebApplicationType.NONE, "--sluice.stream.heartbeat=1ms"))
        .hasRootCauseInstanceOf(InvalidSettingsException.class)
        .hasStackTraceContaining("stream.heartbeat");
    assertThatThrownBy(() -> run(WebApplicationType.SERVLET, "--sluice.tls.certificate=x.pem"))
        .hasStackTraceContaining("sluice.tls.certificate would do nothing");
    assertThatThrownBy(() -> run(WebApplicationType.SERVLET, "--sluice.path=events"))
        .hasStackTraceContaining("sluice.path is \"events\"");
  }

  @Test
  void metersAndHealthTellOfTheHub() throws Exception {
    try (var application = run(WebApplicationType.NONE)) {
      application.getBean(SluiceTemplate.class).send("news", "x").get();
      MeterRegistry meters = application.getBean(MeterRegistry.class);
      assertThat(meters.get("sluice.events.published").functionCounter().count()).isEqualTo(1);
      assertThat(meters.get("sluice.publish").timer().count()).isEqualTo(1);
      assertThat(meters.get("sluice.connections.closed").tag("reason", "client").functionCounter())
          .isNotNull();
      HubHealth health = application.getBean(HubHealth.class);
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
      application.getBean(Hub.class).drain(Duration.ofSeconds(1)).join();
      assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    }
  }

  @Test
  void pathAndVirtualThreadsAreTheApplicationsChoice() throws Exception {
    try (var application =
        run(
            WebApplicationType.SERVLET,
            "--spring.threads.virtual.enabled=true",
            "--sluice.path=/live/stream")) {
      String url = events(application).replace("/events", "/live/stream");
      try (Probe probe = Probe.open(url + "?channel=news")) {
        probe.next();
        application.getBean(SluiceTemplate.class).send("news", "hello").get();
        assertThat(probe.next()).containsEntry("data", "hello");
      }
    }
  }

  // ---- clients that take nothing

  @ParameterizedTest
  @ValueSource(strings = {"SERVLET", "REACTIVE"})
  void clientThatTakesNothingIsLeftAfterTheWriteTimeout(String type) throws Exception {
    try (ConfigurableApplicationContext application =
            run(WebApplicationType.valueOf(type), "--sluice.stream.write-timeout=1s");
        Socket client = new Socket()) {
      Hub hub = application.getBean(Hub.class);
      client.setReceiveBufferSize(4096);
      client.connect(
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), URI.create(events(application)).getPort()));
      client
          .getOutputStream()
          .write("GET /events/news HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      Awaitility.await().until(() -> hub.streams().size() == 1);
      for (int i = 0; i < 100; i++) {
        hub.publish(Publication.of("news", "x".repeat(100_000))).join();
      }
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> hub.streams().size() == 0);
      assertThat(hub.streams().recentlyClosed().getFirst().reason())
          .isEqualTo(CloseReason.WRITE_TIMEOUT);
      assertThat(endOf(client)).isTrue();
    }
  }

  /** Whether the response comes to an end, one way or the other. */
  private static boolean endOf(Socket client) throws IOException {
    StringBuilder last = new StringBuilder();
    byte[] bytes = new byte[64 << 10];
    try {
      for (int n = client.getInputStream().read(bytes);
          n >= 0;
          n = client.getInputStream().read(bytes)) {
        last.append(new String(bytes, Math.max(0, n - 10), Math.min(n, 10), ISO_8859_1));
        if (last.toString().endsWith("\r\n0\r\n\r\n")) {
          return true;
        }
      }
      return true;
    } catch (SocketException reset) {
      return true;
    }
  }

  // ---- stopping

  @ParameterizedTest
  @ValueSource(strings = {"SERVLET", "REACTIVE"})
  void streamsEndWhileTheServerStillWaitsForRequests(String type) throws Exception {
    ConfigurableApplicationContext application = run(WebApplicationType.valueOf(type));
    CountDownLatch serverStops = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    // It stops after the streams and before the server: as long as it does, the server waits.
    application.getBeanFactory().registerSingleton("held", new HeldPhase(serverStops, goOn));
    application.getBean("held", HeldPhase.class).start();
    try (Probe probe = Probe.open(events(application) + "/news")) {
      probe.next();
      Thread closing = Thread.ofPlatform().start(application::close);
      Map<String, String> last = probe.block();
      while (last != null && !last.containsKey("retry")) {
        last = probe.block();
      }
      assertThat(last).as("when to come back").isNotNull();
      assertThat(probe.block()).as("the end").isNull();
      serverStops.await();
      assertThat(closing.isAlive()).isTrue();
      // A client that comes now is told when to come back, not refused: the port is still open.
      try (Probe late = Probe.open(events(application) + "/news")) {
        assertThat(late.block()).containsOnlyKeys("retry");
        assertThat(late.block()).isNull();
      }
      goOn.countDown();
      closing.join();
    } finally {
      goOn.countDown();
    }
  }
}
