package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OkHttp's EventSource, unmodified. It leaves coming back to who uses it; its ids it keeps. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OkHttpIT {

  private static final int EVENTS = 2_000;
  private static final int BATCH = 20;
  private static final int AHEAD = 100;

  private final OkHttpClient client = new OkHttpClient.Builder().readTimeout(Duration.ZERO).build();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private SluiceServer server;

  @BeforeEach
  void start() throws IOException {
    server = SluiceServer.start(Settings.of(Map.of("listen", "127.0.0.1:0")));
  }

  @AfterEach
  void stop() {
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    server.close();
  }

  @Test
  void receivesTypesIdsAndData() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    EventSources.createFactory(client)
        .newEventSource(
            request(server.address().getPort(), null),
            new EventSourceListener() {
              @Override
              public void onEvent(
                  EventSource source, @Nullable String id, @Nullable String type, String data) {
                events.add(id + " " + type + " " + data);
              }
            });
    assertThat(events.take()).contains(" connected {");

    publish(List.of(Publication.of("news", "halt", "one\ntwo"), Publication.of("news", "")));

    String epoch = server.hub().newest().epoch();
    assertThat(events.take()).isEqualTo(epoch + "-1 halt one\ntwo");
    assertThat(events.take()).isEqualTo(epoch + "-2 null ");
  }

  @Test
  void missesAndRepeatsNothingOverCuts() throws Exception {
    long seed = new Random().nextLong();
    try (CuttingProxy proxy = new CuttingProxy(server.address(), 20_000, seed)) {
      new Following(proxy.port()).connect(null);
      assertThat(received.take()).isEqualTo("connected");
      List<String> all = new ArrayList<>();
      for (int n = 0; n < EVENTS; n += BATCH) {
        // No further ahead than that: some of it is to come live, and some after a cut.
        while (all.size() < n - AHEAD) {
          all.add(received.take());
        }
        publish(
            IntStream.range(n, n + BATCH).mapToObj(i -> Publication.of("news", data(i))).toList());
      }
      publish(List.of(Publication.of("news", "last")));
      while (all.size() <= EVENTS) {
        all.add(received.take());
      }

      List<String> expected =
          new ArrayList<>(IntStream.range(0, EVENTS).mapToObj(OkHttpIT::data).toList());
      expected.add("last");
      assertThat(all).as("seed %d", seed).isEqualTo(expected);
      assertThat(proxy.cuts()).as("seed %d", seed).isGreaterThan(5);
    }
  }

  private static String data(int n) {
    return n + "\n" + "é€😀".repeat(n % 30) + "x".repeat(n % 97);
  }

  private void publish(List<Publication> events) {
    server.hub().publish(events, null).join();
  }

  private static Request request(int port, @Nullable String lastEventId) {
    Request.Builder request =
        new Request.Builder().url("http://127.0.0.1:" + port + "/events/news");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    return request.build();
  }

  /**
   * Comes back after every end, as OkHttp's users do, with the id of the last event it was given.
   */
  private final class Following extends EventSourceListener {

    private final int port;
    private @Nullable String lastEventId;
    private boolean connectedBefore;

    Following(int port) {
      this.port = port;
    }

    void connect(@Nullable String id) {
      EventSources.createFactory(client).newEventSource(request(port, id), this);
    }

    @Override
    public void onEvent(
        EventSource source, @Nullable String id, @Nullable String type, String data) {
      lastEventId = id;
      if (type == null) {
        received.add(data);
      } else if (type.equals("gap")) {
        received.add("gap: " + data);
      } else if (!connectedBefore) {
        connectedBefore = true;
        received.add(type);
      }
    }

    @Override
    public void onClosed(EventSource source) {
      connect(lastEventId);
    }

    @Override
    public void onFailure(
        EventSource source, @Nullable Throwable failure, @Nullable Response response) {
      if (!client.dispatcher().executorService().isShutdown()) {
        connect(lastEventId);
      }
    }
  }
}
