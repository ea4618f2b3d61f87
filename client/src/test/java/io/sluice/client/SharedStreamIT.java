package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedStreamIT {

  @Test
  void manySubscriptionsShareAConnection() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client();
        SharedStream shared = client.shared()) {
      Heard orders = new Heard();
      Heard news = new Heard();
      shared.subscribe("orders/*", orders).active().join();
      shared.subscribe(List.of("news", "orders/42"), news).active().join();

      client.publish("orders/7", "seven");
      client.publish("news", "new");
      client.publish("orders/42", "both");

      assertThat(orders.given.take()).isEqualTo("seven");
      assertThat(orders.given.take()).isEqualTo("both");
      assertThat(news.given.take()).isEqualTo("new");
      assertThat(news.given.take()).isEqualTo("both");
      assertThat(hub.server().hub().streams().size()).isEqualTo(1);
    }
  }

  @Test
  void aClosedSubscriptionIsGivenNothingAndTheHubIsTold() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client();
        SharedStream shared = client.shared()) {
      Heard orders = new Heard();
      Heard news = new Heard();
      SharedSubscription first = shared.subscribe("orders/*", orders);
      shared.subscribe("news", news).active().join();
      first.close();
      assertThat(orders.given.take()).isEqualTo("the stream was closed");

      await()
          .untilAsserted(
              () ->
                  assertThat(hub.server().hub().streams().figures(10).join())
                      .singleElement()
                      .satisfies(stream -> assertThat(stream.channels()).containsExactly("news")));
      client.publish("orders/7", "seven");
      client.publish("news", "new");
      assertThat(news.given.take()).isEqualTo("new");
      assertThat(orders.given).isEmpty();
    }
  }

  @Test
  void theLastOneToGoEndsTheConnectionAndTheNextMakesAnother()
      throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client();
        SharedStream shared = client.shared()) {
      SharedSubscription first = shared.subscribe("news", new Heard());
      first.active().join();
      first.close();
      await().until(() -> hub.server().hub().streams().size() == 0);

      Heard again = new Heard();
      shared.subscribe("news", again).active().join();
      client.publish("news", "again");
      assertThat(again.given.take()).isEqualTo("again");
    }
  }

  @Test
  void allAreToldOfAGapAndGoOnAfterARestart() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client();
        SharedStream shared = client.shared()) {
      Heard orders = new Heard();
      Heard news = new Heard();
      shared.subscribe("orders/*", orders).active().join();
      shared.subscribe("news", news).active().join();

      hub.restart();
      client.publish("news", "after");

      assertThat(orders.given.take()).isEqualTo("gap RESET");
      assertThat(news.given.take()).isEqualTo("gap RESET");
      assertThat(news.given.take()).isEqualTo("after");
    }
  }

  @Test
  void aRefusedSubscriptionEndsAloneAndSaysWhy() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with("limits.channels-per-connection", "2");
        SluiceClient client = hub.client();
        SharedStream shared = client.shared()) {
      Heard news = new Heard();
      shared.subscribe("news", news).active().join();
      Heard many = new Heard();
      SharedSubscription refused = shared.subscribe(List.of("a", "b", "c"), many);

      assertThatThrownBy(() -> refused.active().join())
          .hasCauseInstanceOf(StreamFailedException.class)
          .hasMessageContaining("2");
      assertThat(many.given.take()).startsWith("refused");
      client.publish("news", "still here");
      assertThat(news.given.take()).isEqualTo("still here");
    }
  }

  @Test
  void closingEndsAllOfThem() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client()) {
      SharedStream shared = client.shared();
      Heard news = new Heard();
      shared.subscribe("news", news).active().join();
      shared.close();

      assertThat(news.given.take()).isEqualTo("the stream was closed");
      assertThatThrownBy(() -> shared.subscribe("news", news))
          .isInstanceOf(IllegalStateException.class);
      await().until(() -> hub.server().hub().streams().size() == 0);
    }
  }

  /** Remembers what it was given, as text. */
  private static final class Heard implements StreamListener {

    private final BlockingQueue<String> given = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(ReceivedEvent event) {
      given.add(event.data());
    }

    @Override
    public void onGap(Gap gap) {
      given.add("gap " + gap.reason());
    }

    @Override
    public void onEnd(StreamEnd end) {
      given.add(end.toString());
    }
  }
}
