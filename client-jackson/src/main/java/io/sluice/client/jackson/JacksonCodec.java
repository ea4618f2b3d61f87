package io.sluice.client.jackson;

import io.sluice.client.Codec;
import io.sluice.client.CodecException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values as JSON, by Jackson.
 *
 * <p>Immutable, as its mapper is.
 *
 * @param <T> what events are about
 */
public final class JacksonCodec<T> implements Codec<T> {

  private final ObjectMapper mapper;
  private final JavaType type;

  private JacksonCodec(ObjectMapper mapper, JavaType type) {
    this.mapper = mapper;
    this.type = type;
  }

  /** A codec with Jackson's own settings. */
  public static <T> JacksonCodec<T> of(Class<T> type) {
    return of(type, JsonMapper.shared());
  }

  /** A codec with the application's settings. */
  public static <T> JacksonCodec<T> of(Class<T> type, ObjectMapper mapper) {
    return new JacksonCodec<>(mapper, mapper.constructType(type));
  }

  /** A codec of a type with parameters, such as {@code List<Order>}. */
  public static <T> JacksonCodec<T> of(TypeReference<T> type, ObjectMapper mapper) {
    return new JacksonCodec<>(mapper, mapper.constructType(type));
  }

  @Override
  public String encode(T value) {
    try {
      return mapper.writerFor(type).writeValueAsString(value);
    } catch (JacksonException e) {
      throw new CodecException("can't be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * @throws CodecException if the data isn't JSON, isn't of this type, or is {@code null}
   */
  @Override
  public T decode(String data) {
    T value;
    try {
      value = mapper.readerFor(type).readValue(data);
    } catch (JacksonException e) {
      throw new CodecException("isn't " + type.toCanonical() + ": " + e.getOriginalMessage(), e);
    }
    if (value == null) {
      throw new CodecException("is null, not " + type.toCanonical(), null);
    }
    return value;
  }
}
