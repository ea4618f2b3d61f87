package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Publication;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HubTest {

  private Hub hub = Hub.open(HubOptions.DEFAULT);

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void aListenerGetsWhatIsPublishedAfterItSubscribed() throws InterruptedException {
    publish("news", "before");
    BlockingQueue<Delivery> got = new LinkedBlockingQueue<>();
    hub.subscribe(Subscription.to("news"), Origin.live(), got::add);

    publish("other", "elsewhere");
    publish("news", "after");

    assertThat(data(next(got))).isEqualTo("after");
  }

  @Test
  void aResumeGoesOnAfterTheIdAndIntoWhatIsPublishedMeanwhile() throws InterruptedException {
    Receipt first = publish("news", "one");
    publish("news", "two");
    BlockingQueue<Delivery> got = new LinkedBlockingQueue<>();
    hub.subscribe(Subscription.to("news"), new Origin.After(first.first()), got::add);
    publish("news", "three");

    assertThat(data(next(got))).isEqualTo("two");
    assertThat(data(next(got))).isEqualTo("three");
  }

  @Test
  void aResumePastRetentionIsToldWhatIsMissing() throws InterruptedException {
    hub.close();
    hub =
        Hub.open(
            HubOptions.builder()
                .retention(
                    RetentionRules.all(
                        new Retention(
                            3, Duration.ofHours(1), Long.MAX_VALUE, Retention.Behind.GAP)))
                .build());
    Receipt first = publish("news", "0");
    IntStream.range(1, 10).forEach(i -> publish("news", "" + i));
    BlockingQueue<Delivery> got = new LinkedBlockingQueue<>();
    hub.subscribe(Subscription.to("news"), new Origin.After(first.first()), got::add);

    Delivery.Missed missed = (Delivery.Missed) next(got);
    assertThat(missed.gap().missed()).isEqualTo(6);
    assertThat(missed.gap().after()).isEqualTo(first.first());
    assertThat(data(next(got))).isEqualTo("7");
  }

  @Test
  void aSubscriberGetsNoMoreThanItRequested() throws InterruptedException {
    BlockingQueue<Delivery> got = new LinkedBlockingQueue<>();
    BlockingQueue<Flow.Subscription> subscriptions = new LinkedBlockingQueue<>();
    hub.publisher(Subscription.to("news"), Origin.live())
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscriptions.add(subscription);
              }

              @Override
              public void onNext(Delivery item) {
                got.add(item);
              }

              @Override
              public void onError(Throwable failure) {
                throw new AssertionError(failure);
              }

              @Override
              public void onComplete() {}
            });
    Flow.Subscription subscription = subscriptions.poll(10, TimeUnit.SECONDS);
    assertThat(subscription).isNotNull();
    // The stream stands in the hub's list only once it is open: what is published then is for it.
    while (hub.streams().size() == 0) {
      Thread.onSpinWait();
    }
    publish("news", "one");
    publish("news", "two");
    subscription.request(1);
    assertThat(data(next(got))).isEqualTo("one");
    assertThat(hub.streams().figures(1).join().getFirst().blocked()).isTrue();
    assertThat(got).isEmpty();
    subscription.request(5);
    assertThat(data(next(got))).isEqualTo("two");
  }

  @Test
  void theSameIdempotencyKeyAppendsOnce() {
    List<Publication> events = List.of(Publication.of("news", "a"), Publication.of("news", "b"));
    Receipt first = hub.publish(events, "key").join();
    Receipt second = hub.publish(events, "key").join();

    assertThat(second.first()).isEqualTo(first.first());
    assertThat(second.repeated()).isTrue();
    assertThat(hub.newest().sequence()).isEqualTo(2);
  }

  @Test
  void aPublishThatFailsUnexpectedlyLeavesItsIdempotencyKeyFree() {
    IdempotencyKeys keys = new IdempotencyKeys(10, receipt -> true);
    CompletableFuture<Receipt> failed =
        keys.once(
            "key",
            0,
            () -> {
              throw new IllegalArgumentException("as it happens");
            });
    Receipt receipt = publish("news", "again");

    assertThat(failed).isCompletedExceptionally();
    assertThat(keys.once("key", 0, () -> CompletableFuture.completedFuture(receipt)))
        .isCompletedWithValue(receipt);
  }

  @Test
  void aPublishWithoutAnEventIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> hub.publish(List.of(), null));
  }

  @Test
  void aChangeThatComesAfterTheEndOfItsStreamLeavesOthersOfTheSameViewAlone()
      throws InterruptedException {
    LocalSubscription leaving = hub.subscribe(Subscription.to("news"), Origin.live(), got -> {});
    String id = hub.streams().figures(1).join().getFirst().id();
    BlockingQueue<Delivery> staying = new LinkedBlockingQueue<>();
    hub.subscribe(Subscription.to("news"), Origin.live(), staying::add);
    BlockingQueue<CompletableFuture<Subscription>> changes = new LinkedBlockingQueue<>();
    // On the hub's own thread both only queue what they do: the end comes before the change.
    hub.subscribe(
        Subscription.to("now"),
        Origin.live(),
        now -> {
          leaving.close();
          changes.add(hub.streams().change(id, adding("sports")));
        });

    publish("now", "");
    CompletableFuture<Subscription> change = changes.poll(10, TimeUnit.SECONDS);
    assertThat(change).isNotNull();
    assertThat(change.join()).isNull();
    publish("news", "after");

    assertThat(data(next(staying))).isEqualTo("after");
  }

  private static SubscriptionChange adding(String channel) {
    return new SubscriptionChange(
        List.of(ChannelPattern.parse(channel)), List.of(), List.of(), List.of(), Origin.live());
  }

  @Test
  void whatAListenerThrowsEndsItsSubscriptionAndNoOther() throws InterruptedException {
    BlockingQueue<CloseReason> ends = new LinkedBlockingQueue<>();
    BlockingQueue<Delivery> broken = new LinkedBlockingQueue<>();
    hub.subscribe(
        Subscription.to("news"),
        Origin.live(),
        new DeliveryListener() {
          @Override
          public void delivered(Delivery delivery) {
            broken.add(delivery);
            throw new AssertionError("as it happens");
          }

          @Override
          public void closed(CloseReason reason) {
            ends.add(reason);
          }
        });
    BlockingQueue<Delivery> got = new LinkedBlockingQueue<>();
    hub.subscribe(Subscription.to("news"), Origin.live(), got::add);

    hub.publish(List.of(Publication.of("news", "one"), Publication.of("news", "two")), null);

    assertThat(data(next(got))).isEqualTo("one");
    assertThat(data(next(got))).isEqualTo("two");
    assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.CLIENT);
    assertThat(broken).hasSize(1);
  }

  @Test
  void aClosedHubRefusesListeners() {
    hub.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> hub.subscribe(Subscription.to("news"), Origin.live(), got -> {}))
        .withMessageContaining("closed");
  }

  @Test
  void aClosedHubFailsSubscribersOfItsPublishers() {
    Flow.Publisher<Delivery> publisher = hub.publisher(Subscription.to("news"), Origin.live());
    hub.close();
    BlockingQueue<String> signals = new LinkedBlockingQueue<>();
    publisher.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            signals.add("subscribed");
          }

          @Override
          public void onNext(Delivery item) {
            signals.add("next");
          }

          @Override
          public void onError(Throwable failure) {
            signals.add("failed: " + failure.getMessage());
          }

          @Override
          public void onComplete() {
            signals.add("complete");
          }
        });

    assertThat(signals).containsExactly("subscribed", "failed: the hub is closed");
  }

  private Receipt publish(String channel, String data) {
    return hub.publish(Publication.of(channel, data)).join();
  }

  private static Delivery next(BlockingQueue<Delivery> got) throws InterruptedException {
    Delivery delivery = got.poll(10, TimeUnit.SECONDS);
    assertThat(delivery).isNotNull();
    return delivery;
  }

  private static String data(Delivery delivery) {
    return ((Delivery.Received) delivery).event().data();
  }
}
