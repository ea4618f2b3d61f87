package io.sluice.access;

import io.sluice.event.ChannelPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Identities as nodes of a hub hand them to one another: all of it, so that the other decides as
 * this one would. Whoever can write it can be anybody; it goes to nobody but nodes.
 *
 * <p>Stateless.
 */
public final class IdentityJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private IdentityJson() {}

  /** Writes one. */
  public static byte[] write(Identity identity) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("kind", identity.kind().name());
    json.put("subject", identity.subject());
    strings(json.putArray("roles"), identity.roles());
    strings(json.putArray("scopes"), identity.scopes());
    json.set("claims", MAPPER.valueToTree(identity.claims()));
    patterns(json.putArray("subscribe"), identity.grants().subscribe());
    patterns(json.putArray("publish"), identity.grants().publish());
    json.put("expires", text(identity.expires()));
    json.put("tokenId", identity.tokenId());
    json.put("issued", text(identity.issued()));
    if (identity.confinedTo() != null) {
      patterns(json.putArray("confinedTo"), identity.confinedTo());
    }
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it isn't one
   */
  public static Identity read(byte[] written) {
    try {
      JsonNode json = MAPPER.readTree(written);
      return new Identity(
          Identity.Kind.valueOf(json.path("kind").asString()),
          string(json, "subject"),
          set(json, "roles"),
          set(json, "scopes"),
          claims(json.path("claims")),
          new Grants(patterns(json, "subscribe"), patterns(json, "publish")),
          instant(json, "expires"),
          string(json, "tokenId"),
          instant(json, "issued"),
          json.has("confinedTo") ? patterns(json, "confinedTo") : null);
    } catch (JacksonException malformed) {
      throw new IllegalArgumentException("this isn't an identity", malformed);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> claims(JsonNode json) {
    return MAPPER.convertValue(json, Map.class);
  }

  private static void strings(ArrayNode array, Set<String> texts) {
    texts.forEach(array::add);
  }

  private static void patterns(ArrayNode array, List<ChannelPattern> patterns) {
    patterns.forEach(pattern -> array.add(pattern.toString()));
  }

  private static Set<String> set(JsonNode json, String name) {
    Set<String> texts = new HashSet<>();
    json.path(name).forEach(text -> texts.add(text.asString()));
    return texts;
  }

  private static List<ChannelPattern> patterns(JsonNode json, String name) {
    List<ChannelPattern> patterns = new ArrayList<>();
    json.path(name).forEach(text -> patterns.add(ChannelPattern.parse(text.asString())));
    return patterns;
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  private static @Nullable String string(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isString() ? value.stringValue() : null;
  }

  private static @Nullable Instant instant(JsonNode json, String name) {
    String text = string(json, name);
    return text == null ? null : Instant.parse(text);
  }
}
