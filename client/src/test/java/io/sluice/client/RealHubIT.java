package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.event.Publication;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RealHubIT {

  @Test
  void readerGetsWhatIsPublished() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client();
        EventReader reader = client.stream("orders/*").startEarliest().open()) {
      String id = client.publish("orders/42", "shipped", "{\"parcels\":2}");

      assertThat(reader.next())
          .isEqualTo(new ReceivedEvent(id, "shipped", "orders/42", "{\"parcels\":2}", null));
    }
  }

  @Test
  void listenerGetsWhatIsPublishedUntilItIsClosed() throws IOException, InterruptedException {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client()) {
      Listening listening = client.stream("news").startEarliest().listen(new Telling(told));
      client.publish("news", "one");
      client.publish("news", "two");
      assertThat(told.take()).isEqualTo("one");
      assertThat(told.take()).isEqualTo("two");

      listening.close();
      client.publish("news", "three");

      assertThat(told).containsExactly("end: the stream was closed");
      assertThat(listening.ended()).isCompletedWithValue(new StreamEnd.Closed());
    }
  }

  @Test
  void subscriberGetsNoMoreThanItRequests() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client()) {
      for (int i = 0; i < 10; i++) {
        client.publish("news", "event " + i);
      }
      BlockingQueue<Delivery> got = new LinkedBlockingQueue<>();
      CompletableFuture<Flow.Subscription> begun = new CompletableFuture<>();
      client.stream("news").startEarliest().publisher().subscribe(new Taking(begun, got));

      begun.join().request(2);
      assertThat(((ReceivedEvent) got.take()).data()).isEqualTo("event 0");
      assertThat(((ReceivedEvent) got.take()).data()).isEqualTo("event 1");
      assertThat(got).isEmpty();

      begun.join().request(1);
      assertThat(((ReceivedEvent) got.take()).data()).isEqualTo("event 2");
      begun.join().cancel();
    }
  }

  @Test
  void startingAfterAnIdGivesWhatFollowsIt() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client()) {
      List<String> ids =
          client.publish(
              List.of(
                  Publication.of("news", "one"),
                  Publication.of("news", "two"),
                  Publication.of("news", "three")));

      try (EventReader reader = client.stream("news").startAfter(ids.get(0)).open()) {
        assertThat(reader.next()).extracting(Delivery::id).isEqualTo(ids.get(1));
        assertThat(reader.next()).extracting(Delivery::id).isEqualTo(ids.get(2));
        assertThat(reader.position()).isEqualTo(ids.get(2));
      }
    }
  }

  @Test
  void whatIsGoneIsTold() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with("history.channels", "{\"**\": {events: 2}}");
        SluiceClient client = hub.client()) {
      String first = client.publish("news", "one");
      for (String data : List.of("two", "three", "four", "five")) {
        client.publish("news", data);
      }

      try (EventReader reader = client.stream("news").startAfter(first).open()) {
        assertThat(reader.next())
            .isInstanceOfSatisfying(
                Gap.class,
                gap -> {
                  assertThat(gap.reason()).isEqualTo(Gap.Reason.EVICTED);
                  assertThat(gap.after()).isEqualTo(first);
                  assertThat(gap.missed()).hasValue(2);
                });
        assertThat(((ReceivedEvent) reader.next()).data()).isEqualTo("four");
      }
    }
  }

  @Test
  void aHubThatBeginsAnewIsAGap() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client();
        EventReader reader = client.stream("news").startEarliest().open()) {
      client.publish("news", "before");
      assertThat(((ReceivedEvent) reader.next()).data()).isEqualTo("before");

      hub.restart();
      client.publish("news", "after");

      assertThat(reader.next())
          .isInstanceOfSatisfying(
              Gap.class, gap -> assertThat(gap.reason()).isEqualTo(Gap.Reason.RESET));
      assertThat(((ReceivedEvent) reader.next()).data()).isEqualTo("after");
    }
  }

  @Test
  void eventsArriveInTheOrderInWhichTheyWereGiven() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client();
        EventReader reader = client.stream("numbers").startEarliest().open()) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 2500; i++) {
        answers.add(client.publishAsync(Publication.of("numbers", String.valueOf(i))));
      }

      for (int i = 0; i < 2500; i++) {
        ReceivedEvent event = (ReceivedEvent) reader.next();
        assertThat(event.data()).isEqualTo(String.valueOf(i));
        assertThat(event.id()).isEqualTo(answers.get(i).join());
      }
    }
  }

  @Test
  void aRefusedEventFailsAloneAmongOthers() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with("limits.event", "1KiB");
        SluiceClient client = hub.client()) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String data = i == 7 ? "x".repeat(2000) : "event " + i;
        answers.add(client.publishAsync(Publication.of("news", data)));
      }

      for (int i = 0; i < 20; i++) {
        CompletableFuture<String> answer = answers.get(i);
        if (i == 7) {
          assertThatThrownBy(answer::join).hasCauseInstanceOf(InvalidException.class);
        } else {
          assertThat(answer.join()).isNotEmpty();
        }
      }
      assertThatThrownBy(() -> client.publish("news", "x".repeat(2000)))
          .isInstanceOfSatisfying(
              InvalidException.class,
              refused -> assertThat(refused.problem().code()).isEqualTo("too-large"));
    }
  }

  @Test
  void theSameKeyPublishesOnce() throws IOException, InterruptedException {
    try (HubFixture hub = HubFixture.with();
        SluiceClient client = hub.client()) {
      String first = client.publish(Publication.of("news", "hello"), "order-42");
      String second = client.publish(Publication.of("news", "hello"), "order-42");

      assertThat(second).isEqualTo(first);
    }
  }

  private record Telling(BlockingQueue<String> told) implements StreamListener {
    @Override
    public void onEvent(ReceivedEvent event) {
      told.add(event.data());
    }

    @Override
    public void onGap(Gap gap) {
      told.add("gap: " + gap);
    }

    @Override
    public void onEnd(StreamEnd end) {
      told.add("end: " + end);
    }
  }

  private record Taking(CompletableFuture<Flow.Subscription> begun, BlockingQueue<Delivery> got)
      implements Flow.Subscriber<Delivery> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      begun.complete(subscription);
    }

    @Override
    public void onNext(Delivery delivery) {
      got.add(delivery);
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onComplete() {}
  }
}
