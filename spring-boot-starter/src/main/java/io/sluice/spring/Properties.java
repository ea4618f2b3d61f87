package io.sluice.spring;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/** Finds properties of objects by their names. Stateless. */
final class Properties {

  private Properties() {}

  /**
   * What a chain of names leads to from an object; null as soon as something on the way is.
   *
   * @throws IllegalArgumentException if there is no such property
   */
  static @Nullable Object follow(@Nullable Object from, List<String> names) {
    Object value = from;
    for (String name : names) {
      if (value == null) {
        return null;
      }
      value = property(value, name);
    }
    return value;
  }

  private static @Nullable Object property(Object of, String name) {
    if (of instanceof Map<?, ?> map) {
      return map.get(name);
    }
    String capital = StringUtils.capitalize(name);
    for (String accessor : List.of(name, "get" + capital, "is" + capital)) {
      Method method = ReflectionUtils.findMethod(of.getClass(), accessor);
      if (method != null && method.getReturnType() != void.class) {
        ReflectionUtils.makeAccessible(method);
        Object value = ReflectionUtils.invokeMethod(method, of);
        return value instanceof Optional<?> optional ? optional.orElse(null) : value;
      }
    }
    throw new IllegalArgumentException(
        of.getClass().getName()
            + " has no property "
            + name
            + ": no method "
            + name
            + "(), get"
            + capital
            + "() or is"
            + capital
            + "()");
  }
}
