package io.sluice.spring;

import java.lang.reflect.Method;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Publishes what annotated methods return.
 *
 * <p>Thread-safe.
 */
final class PublishEventsInterceptor implements MethodInterceptor {

  private static final boolean REACTOR =
      ClassUtils.isPresent(
          "reactor.core.publisher.Flux", PublishEventsInterceptor.class.getClassLoader());

  private final Supplier<SluiceTemplate> template;
  private final ConcurrentHashMap<Method, EventRule> rules = new ConcurrentHashMap<>();

  /**
   * @param template gives the same one each time
   */
  PublishEventsInterceptor(Supplier<SluiceTemplate> template) {
    this.template = template;
  }

  /** The rule of a method, made once. */
  EventRule rule(Method method) {
    return rules.computeIfAbsent(
        method,
        annotated -> {
          PublishEvents events =
              AnnotatedElementUtils.findMergedAnnotation(annotated, PublishEvents.class);
          if (events == null) {
            throw new IllegalStateException(annotated + " isn't annotated with @PublishEvents");
          }
          return EventRule.of(events, annotated);
        });
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object self = invocation.getThis();
    EventRule rule =
        rule(
            self == null
                ? invocation.getMethod()
                : AopUtils.getMostSpecificMethod(invocation.getMethod(), self.getClass()));
    @Nullable Object[] arguments = invocation.getArguments();
    Object result = invocation.proceed();
    if (result instanceof CompletionStage<?> stage) {
      return stage.thenApply(value -> published(rule, arguments, value));
    }
    return result != null && REACTOR && Reactive.is(result)
        ? Reactive.published(this, rule, arguments, result)
        : published(rule, arguments, result);
  }

  private <T extends @Nullable Object> T published(
      EventRule rule, @Nullable Object[] arguments, T value) {
    EventPublishing publishing = new EventPublishing(template.get());
    publishing.publish(rule.events(publishing.template(), arguments, value));
    return value;
  }

  /** Loaded only where Reactor is. */
  private static final class Reactive {

    static boolean is(Object result) {
      return result instanceof Mono<?> || result instanceof Flux<?>;
    }

    static Object published(
        PublishEventsInterceptor by, EventRule rule, @Nullable Object[] arguments, Object result) {
      return result instanceof Mono<?> mono
          ? mono.doOnNext(value -> by.published(rule, arguments, value))
          : ((Flux<?>) result).doOnNext(value -> by.published(rule, arguments, value));
    }
  }
}
