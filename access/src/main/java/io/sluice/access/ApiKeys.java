package io.sluice.access;

import io.sluice.access.Identification.Known;
import io.sluice.access.Identification.Refused;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The keys of publishers and operators: {@code slk_<id>_<secret>}. Several may be good at a time,
 * so that one can be replaced without a moment without.
 *
 * <p>Immutable.
 */
public final class ApiKeys {

  // Settings hold SHA-256 of a key, and that is enough: a slow hash such as Argon2 protects
  // passwords, which can be guessed. A key has 256 bits of chance; nobody guesses at any speed.

  /** What every key begins with. */
  public static final String PREFIX = "slk_";

  private static final int ID_LENGTH = 8;
  private static final int SECRET_BYTES = 32;
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final Pattern ID = Pattern.compile("[a-z2-7]{" + ID_LENGTH + "}");
  private static final Pattern FORM =
      Pattern.compile(PREFIX + "[a-z2-7]{" + ID_LENGTH + "}_[A-Za-z0-9_-]{43}");
  private static final Pattern HASH = Pattern.compile("sha256:[0-9a-fA-F]{64}");

  private static final SecureRandom RANDOM = new SecureRandom();

  // Compared with where there is no key of that id, so that it costs the same.
  private static final byte[] NOBODY = new byte[Fingerprint.BYTES];

  private record Entry(Identity identity, byte[] hash) {}

  /**
   * A key just made. Its text is shown to who asked for it and kept nowhere.
   *
   * @param text the whole key
   * @param id names it in settings and lists; not secret
   * @param hash what settings hold in its place
   */
  public record Generated(String text, String id, String hash) {
    /** Names nobody's secrets. */
    @Override
    public String toString() {
      return "API key " + id;
    }
  }

  private final Map<String, Entry> byId = new HashMap<>();
  private final InstantSource clock;

  /**
   * @throws IllegalArgumentException if a key's id or hash hasn't their form, or two have one id
   */
  public ApiKeys(List<ApiKeyOptions> keys, InstantSource clock) {
    this.clock = clock;
    for (ApiKeyOptions key : keys) {
      byte[] hash = HexFormat.of().parseHex(key.hash().substring("sha256:".length()));
      if (byId.put(key.id(), new Entry(key.identity(), hash)) != null) {
        throw new IllegalArgumentException("two API keys have the id " + key.id());
      }
    }
  }

  /** Makes a key. */
  public static Generated generate() {
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(BASE32.charAt(RANDOM.nextInt(BASE32.length())));
    }
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    String text =
        PREFIX + id + '_' + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new Generated(
        text, id.toString(), "sha256:" + HexFormat.of().formatHex(Fingerprint.sha256(text)));
  }

  /** Says whose the key is. */
  public Identification identify(String text) {
    if (!FORM.matcher(text).matches()) {
      return new Refused(
          "key-unknown", "that isn't an API key: they look like slk_, 8 characters, _ and 43 more");
    }
    Entry entry = byId.get(text.substring(PREFIX.length(), PREFIX.length() + ID_LENGTH));
    boolean same =
        MessageDigest.isEqual(Fingerprint.sha256(text), entry == null ? NOBODY : entry.hash);
    if (entry == null || !same) {
      return new Refused("key-unknown", "the API key isn't one of those known here");
    }
    if (entry.identity.hasExpired(clock.instant())) {
      return new Refused(
          "key-unknown",
          "the API key " + entry.identity.subject() + " expired at " + entry.identity.expires());
    }
    return new Known(entry.identity);
  }

  static void checkForm(String id, String hash) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "an API key's id is the 8 characters (a-z, 2-7) after slk_, this one has "
              + id.length()
              + (id.length() == ID_LENGTH ? " but others" : ""));
    }
    if (!HASH.matcher(hash).matches()) {
      // Somebody may have put the key itself there.
      throw new IllegalArgumentException(
          "the hash of API key "
              + id
              + " must be sha256: and 64 hexadecimal digits, as ./sluice key prints it");
    }
  }
}
