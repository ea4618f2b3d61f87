package io.sluice.spring;

import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How events are made of what {@link PublishEvents} stands on.
 *
 * <p>Immutable.
 */
final class EventRule {

  private static final String RESULT = "result";

  private final List<String> arguments;
  private final TextTemplate channel;
  private final TextTemplate type;
  private final TextTemplate key;
  private final String data;

  private EventRule(PublishEvents events, List<String> arguments) {
    this.arguments = arguments;
    this.channel = new TextTemplate(events.value());
    this.type = new TextTemplate(events.type());
    this.key = new TextTemplate(events.key());
    this.data = events.data();
  }

  /**
   * For a method.
   *
   * @throws IllegalArgumentException if the annotation can't mean anything there
   */
  static EventRule of(PublishEvents events, Method method) {
    List<String> names = Arrays.stream(method.getParameters()).map(Parameter::getName).toList();
    boolean named = Arrays.stream(method.getParameters()).allMatch(Parameter::isNamePresent);
    try {
      EventRule rule = new EventRule(events, named ? names : List.of());
      rule.check(method, named);
      return rule;
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "@PublishEvents on " + method + ": " + wrong.getMessage(), wrong);
    }
  }

  private void check(Method method, boolean named) {
    boolean nothing = method.getReturnType() == void.class;
    if (!data.isEmpty() && !arguments.contains(data)) {
      throw new IllegalArgumentException(
          "data is \""
              + data
              + "\"; it must name an argument"
              + (named
                  ? ", of " + arguments
                  : ", and their names are there only with -parameters"));
    }
    if (nothing && data.isEmpty()) {
      throw new IllegalArgumentException(
          "the method returns nothing to publish; return something, or name an argument in data");
    }
    Stream.of(channel, type, key)
        .flatMap(template -> template.roots().stream())
        .filter(root -> nothing && !arguments.contains(root))
        .findFirst()
        .ifPresent(
            root -> {
              throw new IllegalArgumentException(
                  "{"
                      + root
                      + "} is none of the arguments "
                      + arguments
                      + (named ? "" : " (their names are there only with -parameters)")
                      + ", and the method returns nothing");
            });
  }

  /** For a class; null if it isn't annotated. */
  static @Nullable EventRule of(Class<?> type) {
    PublishEvents events = type.getAnnotation(PublishEvents.class);
    return events == null ? null : new EventRule(events, List.of());
  }

  /**
   * The events of one call.
   *
   * @param given the arguments
   * @param result what the method returned, or the object
   * @return empty if there is nothing to publish
   * @throws IllegalArgumentException if one can't be made
   */
  List<Publication> events(
      SluiceTemplate template, @Nullable Object[] given, @Nullable Object result) {
    Object value = data.isEmpty() ? result : given[arguments.indexOf(data)];
    Stream<?> all =
        switch (value) {
          case null -> Stream.empty();
          case Optional<?> optional -> optional.stream();
          case Collection<?> several when data.isEmpty() -> several.stream();
          default -> Stream.of(value);
        };
    return all.map(one -> event(template, given, data.isEmpty() ? one : result, one)).toList();
  }

  private Publication event(
      SluiceTemplate template, @Nullable Object[] given, @Nullable Object result, Object payload) {
    try {
      return template.event(
          fill(channel, given, result),
          type.isEmpty() ? null : fill(type, given, result),
          key.isEmpty() ? null : fill(key, given, result),
          payload);
    } catch (InvalidEventException invalid) {
      throw new IllegalArgumentException(
          "@PublishEvents(\"" + channel + "\") makes no event: " + invalid.getMessage(), invalid);
    }
  }

  private String fill(TextTemplate template, @Nullable Object[] given, @Nullable Object result) {
    return template.fill(names -> value(names, given, result));
  }

  private @Nullable Object value(
      List<String> names, @Nullable Object[] given, @Nullable Object result) {
    int argument = arguments.indexOf(names.getFirst());
    if (argument >= 0) {
      return Properties.follow(given[argument], names.subList(1, names.size()));
    }
    return names.getFirst().equals(RESULT)
        ? Properties.follow(result, names.subList(1, names.size()))
        : Properties.follow(result, names);
  }
}
