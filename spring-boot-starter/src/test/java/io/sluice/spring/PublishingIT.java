package io.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.sluice.event.Event;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import io.sluice.hub.Hub;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Mono;

@Timeout(60)
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.NONE,
    properties = "spring.datasource.url=jdbc:h2:mem:orders")
class PublishingIT {

  record Order(long id, String state) {}

  @PublishEvents(value = "paid/{orderId}", type = "paid", key = "{orderId}")
  record OrderPaid(long orderId, int cents) {}

  static class Orders {

    private final JdbcTemplate jdbc;

    Orders(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    @Transactional
    @PublishEvents(value = "orders/{id}", type = "{state}")
    Order set(long id, String state) {
      jdbc.update("insert into orders (id) values (?)", id);
      return new Order(id, state);
    }

    @Transactional
    @PublishEvents("orders/{id}")
    Order fail(long id) {
      jdbc.update("insert into orders (id) values (?)", id);
      throw new IllegalStateException("no");
    }

    @PublishEvents("all/{id}")
    List<Order> several() {
      return List.of(new Order(1, "a"), new Order(2, "b"));
    }

    @PublishEvents("later/{result.id}")
    CompletableFuture<Order> later(CompletableFuture<Order> when) {
      return when;
    }

    @PublishEvents("mono/{id}")
    Mono<Order> mono(long id) {
      return Mono.just(new Order(id, "m"));
    }

    @PublishEvents(value = "argument/{order.id}", data = "order")
    void argument(Order order) {}

    @PublishEvents("named/{name}")
    String named(String name) {
      return name;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @Bean
    Orders orders(JdbcTemplate jdbc) {
      jdbc.execute("create table orders (id bigint primary key)");
      return new Orders(jdbc);
    }

    @Bean
    TestObservationRegistry observations() {
      return TestObservationRegistry.create();
    }
  }

  @Autowired Hub hub;
  @Autowired Orders orders;
  @Autowired SluiceTemplate template;
  @Autowired JdbcTemplate jdbc;
  @Autowired TransactionTemplate transactions;
  @Autowired ApplicationEventPublisher events;
  @Autowired TestObservationRegistry observations;

  private List<Event> published(String channel) {
    Subscription all = Subscription.to(channel);
    return hub.history(all, new Origin.Earliest(), 1000).join().events();
  }

  // ---- the template

  @Test
  void templateSendsTextAsItIsAndObjectsAsJson() throws Exception {
    String id = template.send("sent", "plain").get();
    template.send("sent", "order", "k", new Order(1, "new")).get();
    List<Event> sent = published("sent");
    assertThat(sent.getFirst().id().toString()).isEqualTo(id);
    assertThat(sent)
        .extracting(Event::data)
        .containsExactly("plain", "{\"id\":1,\"state\":\"new\"}");
    assertThat(sent.getLast().type()).isEqualTo("order");
    assertThat(sent.getLast().key()).isEqualTo("k");
  }

  @Test
  void templateRefusesWhatCantBeAnEvent() {
    assertThatThrownBy(() -> template.send("a//b", "x")).isInstanceOf(InvalidEventException.class);
  }

  @Test
  void sameIdempotencyKeyPublishesOnce() throws Exception {
    List<Publication> one = List.of(Publication.of("once", "x"));
    assertThat(template.sendAll(one, "key").get()).isEqualTo(template.sendAll(one, "key").get());
    assertThat(published("once")).hasSize(1);
  }

  @Test
  void publishIsObserved() throws Exception {
    template.send("observed", "x").get();
    TestObservationRegistryAssert.assertThat(observations)
        .hasObservationWithNameEqualTo("sluice.publish");
  }

  // ---- transactions

  @Test
  void sendAfterCommitWaitsForTheCommit() throws Exception {
    AtomicReference<CompletableFuture<String>> sent = new AtomicReference<>();
    transactions.executeWithoutResult(
        status -> {
          sent.set(template.sendAfterCommit("committed", "t", "x"));
          assertThat(sent.get()).isNotDone();
          assertThat(published("committed")).isEmpty();
        });
    assertThat(sent.get().get()).isEqualTo(published("committed").getFirst().id().toString());
  }

  @Test
  void rollbackPublishesNothingAndSaysSo() {
    AtomicReference<CompletableFuture<String>> sent = new AtomicReference<>();
    transactions.executeWithoutResult(
        status -> {
          sent.set(template.sendAfterCommit("rolled/back", "t", "x"));
          status.setRollbackOnly();
        });
    assertThatThrownBy(() -> sent.get().get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(RolledBackException.class);
    assertThat(published("rolled/back")).isEmpty();
  }

  @Test
  void methodsEventIsPublishedAfterItsTransactionAndNotAfterARollback() {
    orders.set(1, "new");
    Event event = published("orders/1").getFirst();
    assertThat(event.type()).isEqualTo("new");
    assertThat(event.data()).isEqualTo("{\"id\":1,\"state\":\"new\"}");

    assertThatThrownBy(() -> orders.fail(2)).hasMessage("no");
    assertThat(published("orders/2")).isEmpty();

    transactions.executeWithoutResult(
        status -> {
          orders.set(3, "new");
          assertThat(published("orders/3")).isEmpty(); // joined, and not committed
          status.setRollbackOnly();
        });
    assertThat(published("orders/3")).isEmpty();
    assertThat(jdbc.queryForList("select id from orders where id = 3")).isEmpty();
  }

  // ---- annotated methods

  @Test
  void elementsOfACollectionAreEventsEach() {
    orders.several();
    assertThat(published("all/*")).extracting(Event::channel).containsExactly("all/1", "all/2");
  }

  @Test
  void valueThatComesLaterIsPublishedThen() {
    CompletableFuture<Order> when = new CompletableFuture<>();
    CompletableFuture<Order> result = orders.later(when);
    assertThat(published("later/*")).isEmpty();
    when.complete(new Order(5, "l"));
    assertThat(result).isCompletedWithValue(new Order(5, "l"));
    assertThat(published("later/5")).hasSize(1);
    orders.mono(6).block();
    assertThat(published("mono/6")).hasSize(1);
  }

  @Test
  void argumentCanBeTheData() {
    orders.argument(new Order(7, "a"));
    assertThat(published("argument/7"))
        .extracting(Event::data)
        .containsExactly("{\"id\":7,\"state\":\"a\"}");
  }

  @Test
  void argumentCantNameAnotherChannel() {
    assertThatIllegalArgumentException().isThrownBy(() -> orders.named("a/b"));
    assertThat(published("named/**")).isEmpty();
  }

  static class Wrong {
    @PublishEvents("wrong/{id}")
    void nothing(long number) {}
  }

  // Not a @Configuration, or it would be a part of the application above
  @EnableAutoConfiguration
  @Import(Wrong.class)
  static class WrongApplication {}

  @Test
  void annotationThatCantMeanAnythingStopsTheStart() {
    assertThatThrownBy(
            () ->
                new SpringApplicationBuilder(WrongApplication.class)
                    .web(WebApplicationType.NONE)
                    .run("--spring.datasource.url=jdbc:h2:mem:wrong"))
        .isInstanceOf(BeanCreationException.class)
        .hasStackTraceContaining("returns nothing");
  }

  // ---- application events

  @Test
  void annotatedApplicationEventsAndPublicationsArePublishedAfterCommit() {
    transactions.executeWithoutResult(
        status -> {
          events.publishEvent(new OrderPaid(8, 100));
          events.publishEvent(Publication.of("bridged", "x"));
          events.publishEvent("of no concern");
          assertThat(published("paid/8")).isEmpty();
        });
    Event paid = published("paid/8").getFirst();
    assertThat(paid.type()).isEqualTo("paid");
    assertThat(paid.key()).isEqualTo("8");
    assertThat(paid.data()).isEqualTo("{\"orderId\":8,\"cents\":100}");
    assertThat(published("bridged")).hasSize(1);
  }
}
