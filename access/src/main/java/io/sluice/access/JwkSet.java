package io.sluice.access;

import com.nimbusds.jose.jwk.JWK;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/** Reads JWK sets (RFC 7517, section 5). */
final class JwkSet {

  /** More keys than this no issuer has. */
  static final int MAX_KEYS = 100;

  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private JwkSet() {}

  /**
   * The keys of a set that are for signatures and known here; others are passed over, as section 5
   * asks.
   *
   * @param secrets whether a key may be a secret. What a URL gives to everybody can't be one
   * @throws IllegalArgumentException if there is none; says why
   */
  static KeySet parse(byte[] json, boolean secrets) {
    List<TokenKey> keys = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    for (JsonNode member : members(json)) {
      try {
        TokenKey key = TokenKey.of(JWK.parse(Claims.JSON.convertValue(member, OBJECT)));
        if (key.isSecret() && !secrets) {
          throw new IllegalArgumentException("is a secret that everybody can read");
        }
        keys.add(key);
      } catch (ParseException | JacksonException | IllegalArgumentException unusable) {
        // Its message may have parts of a secret, unless it is one of ours.
        passedOver.add(
            unusable instanceof IllegalArgumentException
                ? "one " + unusable.getMessage()
                : "one can't be read");
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "no key in it can check a signature"
              + (passedOver.isEmpty() ? "" : ": " + String.join("; ", passedOver)));
    }
    return new KeySet(keys);
  }

  private static JsonNode members(byte[] json) {
    JsonNode set;
    try {
      set = Claims.JSON.readTree(json);
    } catch (JacksonException notJson) {
      throw new IllegalArgumentException("it isn't JSON", notJson);
    }
    JsonNode members = set.get("keys");
    if (members == null || !members.isArray()) {
      throw new IllegalArgumentException("it has no list \"keys\" as JWK sets have (RFC 7517)");
    }
    if (members.size() > MAX_KEYS) {
      throw new IllegalArgumentException(
          "it has " + members.size() + " keys, more than the " + MAX_KEYS + " that are read");
    }
    return members;
  }
}
