package io.sluice.client;

import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A real hub on a port that the system chose, and clients that come again at once. */
final class HubFixture implements AutoCloseable {

  static final Backoff AT_ONCE = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20));

  private final Map<String, String> settings;
  private SluiceServer server;

  private HubFixture(Map<String, String> settings) throws IOException {
    this.settings = settings;
    this.server = SluiceServer.start(Settings.of(settings));
  }

  /**
   * @param settings names and values, one after the other
   */
  static HubFixture with(String... settings) throws IOException {
    Map<String, String> all =
        new HashMap<>(Map.of("listen", "127.0.0.1:0", "stream.retry", "100ms"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return new HubFixture(all);
  }

  SluiceServer server() {
    return server;
  }

  int port() {
    return server.address().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  SluiceClient client() {
    return SluiceClient.builder(url()).backoff(AT_ONCE).build();
  }

  /** Stops it, and starts another one on the same port, with another log. */
  void restart() throws IOException {
    settings.put("listen", "127.0.0.1:" + port());
    server.close();
    server = SluiceServer.start(Settings.of(settings));
  }

  @Override
  public void close() {
    server.close();
  }
}
