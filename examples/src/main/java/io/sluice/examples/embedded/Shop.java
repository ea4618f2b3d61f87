package io.sluice.examples.embedded;

import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.hub.Delivery;
import io.sluice.hub.Hub;
import io.sluice.hub.HubOptions;
import io.sluice.hub.LocalSubscription;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;

/**
 * A shop that tells of its orders and prices on a hub in its own process. Prints what each of its
 * subscribers gets.
 *
 * <p>One caller at a time.
 */
public final class Shop {

  private final Hub hub;
  private final PrintStream out;

  private Shop(Hub hub, PrintStream out) {
    this.hub = hub;
    this.out = out;
  }

  /** Runs the example. */
  public static void main(String[] args) throws InterruptedException {
    run(System.out);
  }

  static void run(PrintStream out) throws InterruptedException {
    // Of prices, only the newest two of each channel can be had later; of orders, the usual number.
    HubOptions options =
        HubOptions.builder()
            .retention(RetentionRules.DEFAULT.with("prices/*", Retention.DEFAULT.withEvents(2)))
            .build();
    try (Hub hub = Hub.open(options)) {
      Shop shop = new Shop(hub, out);
      EventId firstOrder = shop.showOrdersAsTheyCome();
      shop.packOneOrderAtATime();
      shop.goOnAfter(firstOrder);
      shop.missPrices();
    }
  }

  /** A listener gets what is published from now on, on the hub's own thread. */
  private EventId showOrdersAsTheyCome() throws InterruptedException {
    CountDownLatch shown = new CountDownLatch(3);
    LocalSubscription screen =
        hub.subscribe(
            Subscription.to("orders/*"),
            Origin.live(),
            delivery -> {
              print("screen", delivery);
              shown.countDown();
            });
    EventId first = publish("orders/eu", "placed", "a chair");
    publish("orders/us", "placed", "a lamp");
    publish("orders/eu", "cancelled", "a chair");
    shown.await();
    screen.close();
    return first;
  }

  /** A Flow.Subscriber gets no more than it requests; what waits for it is a number in the hub. */
  private void packOneOrderAtATime() throws InterruptedException {
    Packer packer = new Packer(2, delivery -> print("packer", delivery));
    // Of type "placed" there are two, and both are retained: earliest begins with them.
    hub.publisher(Subscription.to("orders/*").ofTypes("placed"), Origin.earliest())
        .subscribe(packer);
    packer.awaitEnd();
  }

  /** Who knows the id of what it had last gets everything after it, once and in order. */
  private void goOnAfter(EventId last) throws InterruptedException {
    CountDownLatch caughtUp = new CountDownLatch(2);
    LocalSubscription screen =
        hub.subscribe(
            Subscription.to("orders/*"),
            Origin.after(last),
            delivery -> {
              print("screen again", delivery);
              caughtUp.countDown();
            });
    caughtUp.await();
    screen.close();
  }

  /** What can't be had any more is told: a loss is a value, in its place among the events. */
  private void missPrices() throws InterruptedException {
    EventId seen = publish("prices/chair", "price", "80");
    for (String price : new String[] {"81", "82", "83", "84"}) {
      publish("prices/chair", "price", price);
    }
    CountDownLatch told = new CountDownLatch(3);
    LocalSubscription chart =
        hub.subscribe(
            Subscription.to("prices/*"),
            Origin.after(seen),
            delivery -> {
              print("chart", delivery);
              told.countDown();
            });
    told.await();
    chart.close();
  }

  // The future is done when the event is as safe as the log promises; it never waits for readers.
  private EventId publish(String channel, String type, String data) {
    return hub.publish(Publication.of(channel, type, data)).join().first();
  }

  private void print(String who, Delivery delivery) {
    out.println(
        switch (delivery) {
          case Delivery.Received(Event event) ->
              who + ": " + event.channel() + ' ' + event.type() + ' ' + event.data();
          case Delivery.Missed(var gap) -> who + ": missed " + gap.missed();
        });
  }
}
