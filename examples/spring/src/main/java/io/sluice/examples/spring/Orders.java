package io.sluice.examples.spring;

import io.sluice.spring.PublishEvents;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The shop's orders, in its database. Thread-safe. */
@Service
class Orders {

  private final JdbcClient jdbc;
  private final ApplicationEventPublisher events;

  Orders(JdbcClient jdbc, ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.events = events;
  }

  // snippet: publish-events
  @Transactional
  @PublishEvents(value = "users/{owner}/orders", type = "{state}", key = "{id}")
  Order place(String owner, String item) {
    long id = jdbc.sql("select next value for order_ids").query(Long.class).single();
    jdbc.sql("insert into orders values (?, ?, ?, 'placed')").params(id, owner, item).update();
    return new Order(id, owner, item, "placed");
  }

  // end

  /** Packs an order. An item that is sold out is noticed late, and nothing was packed then. */
  @Transactional
  @PublishEvents(value = "users/{owner}/orders", type = "{state}", key = "{id}")
  Order pack(long id) {
    jdbc.sql("update orders set state = 'packed' where id = ?").param(id).update();
    Order order =
        jdbc.sql("select * from orders where id = ?").param(id).query(Order.class).single();
    events.publishEvent(new OrderPacked(id, order.owner()));
    if (order.item().equals("unicorn")) {
      throw new IllegalStateException("unicorns are sold out");
    }
    return order;
  }
}
