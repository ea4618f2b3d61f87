package io.sluice.spring;

import io.sluice.event.Publication;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

/**
 * Publishes what the application gives to its {@code ApplicationEventPublisher}: objects whose
 * class has {@link PublishEvents}, and each {@link Publication}; after the commit.
 *
 * <p>Thread-safe.
 */
final class EventBridge implements ApplicationListener<PayloadApplicationEvent<?>> {

  private static final @Nullable Object[] NO_ARGUMENTS = {};

  private final EventPublishing publishing;
  private final ClassValue<Optional<EventRule>> rules =
      new ClassValue<>() {
        @Override
        protected Optional<EventRule> computeValue(Class<?> type) {
          return Optional.ofNullable(EventRule.of(type));
        }
      };

  EventBridge(EventPublishing publishing) {
    this.publishing = publishing;
  }

  @Override
  public void onApplicationEvent(PayloadApplicationEvent<?> event) {
    Object payload = event.getPayload();
    if (payload instanceof Publication publication) {
      publishing.publish(List.of(publication));
      return;
    }
    rules
        .get(payload.getClass())
        .ifPresent(
            rule -> publishing.publish(rule.events(publishing.template(), NO_ARGUMENTS, payload)));
  }
}
