package io.sluice.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Publishes what a method returns; or, on a class, its objects when they are given to Spring's
 * {@code ApplicationEventPublisher}.
 *
 * <pre>{@code
 * @PublishEvents(value = "orders/{id}", type = "shipped")
 * Order ship(long id) { ... }
 *
 * @PublishEvents("orders/{orderId}")
 * record OrderPaid(long orderId, BigDecimal amount) {}
 * }</pre>
 *
 * <p>{@code {name}} in the attributes stands for a method's argument of that name or, if it has
 * none, for that property of what it returned: an accessor {@code name()}, {@code getName()} or
 * {@code isName()}, or an entry of a map. {@code {result}} is what it returned, and {@code {a.b}} a
 * property of that. On a class they are properties of its objects. A value is text of one segment:
 * one with a slash, a star or nothing in it is refused, so that no input names another's channel.
 *
 * <p>A method's event is published when the method has returned, and the transaction, if it is in
 * one, is committed; never after it threw, or after a rollback. A {@code CompletionStage}, {@code
 * Mono} or {@code Flux} is waited for; each element of a collection is an event of its own, all of
 * them published as a whole; null and an empty {@code Optional} are none. What can't be made an
 * event is a mistake of the program: the caller gets an {@link IllegalArgumentException}. That
 * publishing itself failed is logged.
 *
 * <p>It works where Spring's proxies do: on beans, for calls from outside of them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface PublishEvents {

  /** The channel: {@code orders/{id}}. */
  String value();

  /** The event's type, empty for none. */
  String type() default "";

  /** The event's key, empty for none. */
  String key() default "";

  /** The argument that is the event's data instead of what the method returned: {@code order}. */
  String data() default "";
}
