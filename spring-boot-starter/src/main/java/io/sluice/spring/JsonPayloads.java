package io.sluice.spring;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/**
 * Text and bytes as they are, everything else as JSON.
 *
 * <p>Thread-safe.
 */
record JsonPayloads(JsonMapper mapper) implements PayloadConverter {

  @Override
  public byte[] convert(Object payload) {
    return switch (payload) {
      case byte[] bytes -> bytes;
      case CharSequence text -> text.toString().getBytes(StandardCharsets.UTF_8);
      default -> mapper.writeValueAsBytes(payload);
    };
  }
}
