package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
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
            HubOptions.DEFAULT.withRetention(
                RetentionRules.all(
                    new Retention(3, Duration.ofHours(1), Long.MAX_VALUE, Retention.Behind.GAP))));
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
    while (hub.streamCount() == 0) {
      Thread.onSpinWait();
    }
    publish("news", "one");
    publish("news", "two");
    subscription.request(1);
    assertThat(data(next(got))).isEqualTo("one");
    assertThat(hub.streams(1).join().getFirst().blocked()).isTrue();
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
