package io.sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.access.ApiKeys;
import io.sluice.access.KeyOptions;
import io.sluice.access.TokenOptions;
import io.sluice.access.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;

/** What shows who asks is read from anywhere in a request, and never told in an answer. */
class GuardedHubFuzzTest {

  private static final String SECRET = "a secret of the fuzz tests that has more than 32 bytes";
  private static final ApiKeys.Generated KEY = ApiKeys.generate();

  /** Where a credential stands that belongs there: what stands elsewhere is told as it came. */
  private static final Pattern SHOWN =
      Pattern.compile(
          "(?m)(^Authorization: Bearer |^Cookie: ([^\\r\\n]*; )?__Host-s="
              + "|^[A-Z]+ /[^ ?#\\r\\n]*\\?([^ #\\r\\n]*&)?(token|ticket)=)\\$(KEY|TOKEN)");

  private static final HubOnAChannel HUB =
      new HubOnAChannel(
          Map.of(
              "listen",
              "127.0.0.1:0",
              "identity.tokens.secret",
              SECRET,
              "identity.cookie",
              "__Host-s",
              "identity.query-token",
              "true",
              "identity.keys",
              "[{name: k, id: %s, hash: \"%s\", tickets: true, publish: [\"**\"]}]"
                  .formatted(KEY.id(), KEY.hash()),
              "rules",
              "{\"users/{sub}/**\": {subscribe: subject}, \"a/**\": {subscribe: anyone}}",
              "limits.attempts",
              "none"));

  private static String token;

  @BeforeAll
  static void sign() {
    token =
        Tokens.sign(
            TokenOptions.of(KeyOptions.NONE.withSecret(SECRET)),
            Tokens.Contents.of("ann", Duration.ofDays(30)).withRoles(Set.of("operator")),
            Instant.now());
  }

  /**
   * @param request in it {@code $KEY} and {@code $TOKEN} stand for a good API key and token
   */
  @DictionaryEntries({
    "Authorization: Bearer $KEY\\x0d\\x0a",
    "Authorization: Bearer $TOKEN\\x0d\\x0a",
    "Cookie: __Host-s=$TOKEN",
    "?token=$TOKEN",
    "&ticket=",
    "POST /tickets",
    "POST /revocations",
    "{\"subject\":\"bob\"",
    "\"channels\":[\"users/@me/**\"]",
    "\"roles\":[\"operator\"]",
    "{\"token\":\"x\",\"for\":\"1d\"}",
    "GET /connections",
    "GET /stats",
    "GET /metrics",
    "Host: localhost\\x0d\\x0a",
    "users/@me/x",
    "/@presence",
    "Content-Length: 20\\x0d\\x0a",
    "; ",
    "%",
    "Authorization: Basic YTpi\\x0d\\x0a"
  })
  @FuzzTest
  void noAnswerTellsWhatWasShown(byte[] request) {
    String text = new String(request, ISO_8859_1);
    String filled = text.replace("$KEY", KEY.text()).replace("$TOKEN", token);
    String answer = HUB.answer(List.of(filled.getBytes(ISO_8859_1)));
    assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 ")).as(answer).isTrue();
    String elsewhere = SHOWN.matcher(text).replaceAll("");
    if (!elsewhere.contains("$KEY") && !elsewhere.contains("$TOKEN")) {
      assertThat(answer).doesNotContain(KEY.text(), token);
    }
  }
}
