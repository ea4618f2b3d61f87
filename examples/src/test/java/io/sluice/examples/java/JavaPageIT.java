package io.sluice.examples.java;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Codec;
import io.sluice.client.Delivery;
import io.sluice.client.DeniedException;
import io.sluice.client.EventReader;
import io.sluice.client.EventStream;
import io.sluice.client.Gap;
import io.sluice.client.InvalidException;
import io.sluice.client.Listening;
import io.sluice.client.ReceivedEvent;
import io.sluice.client.SharedStream;
import io.sluice.client.SharedSubscription;
import io.sluice.client.SluiceClient;
import io.sluice.client.StreamEnd;
import io.sluice.client.StreamListener;
import io.sluice.client.UnansweredException;
import io.sluice.client.jackson.JacksonCodec;
import io.sluice.event.Publication;
import io.sluice.testing.Channels;
import io.sluice.testing.Fault;
import io.sluice.testing.SluiceTest;
import io.sluice.testing.StreamProbe;
import io.sluice.testing.TestHub;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs what {@code docs/java.md} shows, and holds that it shows what is run. */
@SluiceTest
@Timeout(60)
class JavaPageIT {

  private static final Path PAGE = Path.of("..", "docs", "java.md");
  private static final Path SOURCES = Path.of("src");
  private static final Pattern SHOWN =
      Pattern.compile("<!-- snippet: ([a-z-]+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern RUN =
      Pattern.compile("\n *// snippet: ([a-z-]+)\n(.*?)\n *// end\n", Pattern.DOTALL);

  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  record Order(int id, String state) {}

  @Test
  void thePageShowsWhatIsRun() throws IOException {
    Map<String, String> run = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        Matcher snippet = RUN.matcher(Files.readString(file));
        while (snippet.find()) {
          run.put(snippet.group(1), snippet.group(2).stripTrailing().stripIndent() + "\n");
        }
      }
    }
    Map<String, String> shown = new TreeMap<>();
    Matcher snippet = SHOWN.matcher(Files.readString(PAGE, UTF_8));
    while (snippet.find()) {
      shown.put(snippet.group(1), snippet.group(2));
    }

    assertThat(shown).isEqualTo(run);
  }

  @Test
  void publish(TestHub hub) throws InterruptedException {
    String url = hub.url();
    // snippet: publish
    try (SluiceClient client = SluiceClient.at(url)) {
      String id = client.publish("orders/42", "shipped", "{\"parcels\":2}");
      List<String> both =
          client.publish(
              List.of(
                  Publication.of("orders/42", "invoiced", "{}"),
                  Publication.of("news", "one more order")));
      System.out.println("published " + id + " and " + both);
    }
    // end
    assertThat(hub.hub().newest().sequence()).isEqualTo(3);
  }

  @Test
  void publishMany(SluiceClient client, TestHub hub) throws InterruptedException {
    List<String> readings = List.of("20.1", "20.2", "20.4");
    // snippet: publish-many
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (String reading : readings) {
      answers.add(client.publishAsync(Publication.of("sensors/7", reading)));
    }
    answers.forEach(CompletableFuture::join);
    // end
    assertThat(hub.hub().newest().sequence()).isEqualTo(3);
  }

  @Test
  void refusals(SluiceClient client) throws InterruptedException {
    String data = "x".repeat(2 << 20);
    // snippet: refusals
    try {
      client.publish("news", data);
    } catch (InvalidException e) {
      say("it breaks a rule: " + e.problem().code() + ", " + e.problem().detail());
    } catch (DeniedException e) {
      say("this client may not: " + e.problem().code());
    } catch (UnansweredException e) {
      say("nobody knows yet: " + e.getMessage());
    }
    // end
    assertThat(said.take()).contains("too-large");
  }

  @Test
  void read(SluiceClient client, TestHub hub) throws InterruptedException {
    hub.publish("orders/42", "shipped", "{}");
    // snippet: read
    try (EventReader reader = client.stream("orders/*").startEarliest().open()) {
      for (Delivery delivery : reader) {
        switch (delivery) {
          case ReceivedEvent event -> say(event.channel() + " was " + event.type());
          case Gap gap -> say("load all orders afresh: " + gap.reason());
        }
        if (enough()) {
          break;
        }
      }
    }
    // end
    assertThat(said.take()).isEqualTo("orders/42 was shipped");
  }

  @Test
  void listen(SluiceClient client) throws InterruptedException {
    // snippet: listen
    Listening listening =
        client.stream("orders/*")
            .types("shipped")
            .startLast(10)
            .listen(
                new StreamListener() {
                  @Override
                  public void onEvent(ReceivedEvent event) {
                    say(event.data());
                  }

                  @Override
                  public void onGap(Gap gap) {
                    say("missed " + gap.missed());
                  }

                  @Override
                  public void onEnd(StreamEnd end) {
                    say("no more: " + end);
                  }
                });
    // end
    client.publish("orders/42", "shipped", "{}");
    assertThat(said.take()).isEqualTo("{}");
    listening.close();
    assertThat(said.take()).isEqualTo("no more: the stream was closed");
  }

  @Test
  void subscribe(SluiceClient client, TestHub hub) throws InterruptedException {
    hub.publish("orders/42", "shipped", "{}");
    Flow.Subscriber<Delivery> subscriber = new OneByOne();
    // snippet: subscribe
    Flow.Publisher<Delivery> orders = client.stream("orders/*").startEarliest().publisher();
    orders.subscribe(subscriber);
    // end
    assertThat(said.take()).startsWith("ReceivedEvent");
  }

  @Test
  void anyServer(TestHub hub) throws InterruptedException {
    hub.publish("news", "hello");
    URI uri = URI.create(hub.url() + "/events/news?since=earliest");
    // snippet: any-server
    try (EventReader reader =
        EventStream.at(uri).header("X-Client", "billing").maxSilence(ofSeconds(60)).open()) {
      if (reader.next() instanceof ReceivedEvent event) {
        say(event.type() + ": " + event.data());
      }
    }
    // end
    assertThat(said.take()).isEqualTo("message: hello");
  }

  @Test
  void codec(SluiceClient client, TestHub hub) throws InterruptedException {
    // snippet: codec
    Codec<Order> orders = JacksonCodec.of(Order.class);
    client.publish("orders/42", "shipped", new Order(42, "shipped"), orders);

    try (EventReader reader = client.stream("orders/*").startEarliest().open()) {
      if (reader.next() instanceof ReceivedEvent event) {
        Order order = event.data(orders);
        say("order " + order.id() + " is " + order.state());
      }
    }
    // end
    assertThat(said.take()).isEqualTo("order 42 is shipped");
  }

  @Test
  void shared(SluiceClient client) throws InterruptedException {
    StreamListener screen = new Saying();
    // snippet: shared
    try (SharedStream stream = client.shared()) {
      SharedSubscription orders = stream.subscribe("orders/*", screen);
      stream.subscribe(List.of("news", "stocks/*"), screen).active().join();
      client.publish("news", "hello");
      orders.close(); // the connection stays, and the hub sends one subscription less
      // end
      assertThat(said.take()).isIn("hello", "the stream was closed");
    }
  }

  @Test
  void token(TestHub hub) throws InterruptedException {
    String url = hub.url();
    TokenCache tokens = () -> "eyJhbGciOiJub25lIn0.e30.";
    // snippet: token
    try (SluiceClient client = SluiceClient.builder(url).token(tokens::current).build()) {
      client.publish("news", "by somebody");
    }
    // end
    assertThat(hub.hub().newest().sequence()).isEqualTo(1);
  }

  // snippet: probe
  @Test
  void shippingIsTold(TestHub hub, @Channels("orders/*") StreamProbe probe)
      throws InterruptedException {
    Shipping shipping = new Shipping(hub.url()); // the application's own, which publishes
    shipping.ship(42);

    probe.expect("order-shipped").within(ofSeconds(2)).withData("{\"order\":42}");
    probe.expectNothingFor(ofMillis(100));
  }

  // end

  // snippet: faults
  @Test
  @SluiceTest(settings = "history.channels={\"**\": {events: 100, age: 1h}}")
  void ordersSurviveWhateverTheNetworkDoes(TestHub hub, StreamProbe probe) throws IOException {
    hub.publish("orders/1", "placed", "{}");
    hub.cut(); // every connection, once
    try (Fault outage = hub.outage()) {
      hub.publish("orders/2", "placed", "{}"); // while nobody can connect
    }
    try (Fault stall = hub.stall()) {
      hub.publish("orders/3", "placed", "{}"); // while connections stay, and nothing passes
    }
    for (int i = 1; i <= 3; i++) {
      probe.expect("placed").within(ofSeconds(10)).onChannel("orders/" + i);
    }

    try (Fault outage = hub.outage()) {
      hub.publish("orders/4", "placed", "{}");
      hub.evict(); // all that was published is too old now
    }
    probe.expectGap().within(ofSeconds(10)).because(Gap.Reason.EVICTED).ofEvents(1);

    hub.restart(); // with an empty history, unless it is @SluiceTest(durable = true)
    probe.expectGap().within(ofSeconds(10)).because(Gap.Reason.RESET);
  }

  // end

  private void say(String text) {
    said.add(text);
  }

  private boolean enough() {
    return !said.isEmpty();
  }

  /** Something of the application's that keeps a token as long as it is good. */
  private interface TokenCache {
    String current();
  }

  /** The application that is tested. */
  private record Shipping(String url) {

    void ship(int order) throws InterruptedException {
      try (SluiceClient client = SluiceClient.at(url)) {
        client.publish("orders/" + order, "order-shipped", "{\"order\":" + order + "}");
      }
    }
  }

  private final class Saying implements StreamListener {
    @Override
    public void onEvent(ReceivedEvent event) {
      say(event.data());
    }

    @Override
    public void onGap(Gap gap) {
      say(gap.toString());
    }

    @Override
    public void onEnd(StreamEnd end) {
      say(end.toString());
    }
  }

  private final class OneByOne implements Flow.Subscriber<Delivery> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(1);
    }

    @Override
    public void onNext(Delivery delivery) {
      say(delivery.toString());
    }

    @Override
    public void onError(Throwable failure) {
      say(failure.toString());
    }

    @Override
    public void onComplete() {
      say("complete");
    }
  }
}
