package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageFilesIT {

  private static final Pattern REFERENCE =
      Pattern.compile("(?:src=|href=|from )\"((?:page/|\\.{1,2}/)[^\"]+)\"");

  private final PageFiles page = new PageFiles(false);
  private final TestServer server =
      new TestServer(
          new Router()
              .route("GET", "/", page::answerIndex)
              .route("GET", "/client.js", ClientFiles.script())
              .route("GET", "/page/{file}", page::answerFile));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void everythingThatThePageRefersToIsThere() throws IOException {
    Map<String, RawClient.Response> answers = crawl();

    assertThat(answers.keySet())
        .contains("/page/app.js", "/client.js", "/page/style.css", "/page/icon.svg");
    answers.forEach(
        (path, answer) -> {
          assertThat(answer.status()).as(path).isEqualTo(200);
          assertThat(answer.field("X-Content-Type-Options")).isEqualTo("nosniff");
          assertThat(answer.field("Content-Type")).as(path).startsWith(contentType(path));
        });
  }

  @Test
  void policyAllowsNothingFromElsewhereAndNothingInline() throws IOException {
    Map<String, RawClient.Response> answers = crawl();

    assertThat(answers.get("/").field("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "*", "http");
    assertThat(answers.get("/").text())
        .doesNotContain("style=\"", "<style", "<script>", "http://", "https://")
        .doesNotContainPattern("\\son[a-z]+=");
    answers.forEach(
        (path, answer) -> {
          if (path.endsWith(".js")) {
            assertThat(answer.text())
                .as(path)
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(");
          }
        });
  }

  @Test
  void noOtherPageMayFrameThePageOrHoldItsWindow() throws IOException {
    Map<String, RawClient.Response> answers = crawl();
    answers.remove("/client.js"); // for other pages too
    answers.forEach(
        (path, answer) -> {
          assertThat(answer.field("X-Frame-Options")).as(path).isEqualTo("DENY");
          assertThat(answer.field("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
          assertThat(answer.field("Strict-Transport-Security")).isNull();
        });
  }

  @Test
  void browsersComeBackEncryptedOnlyWhereTheCertificateIsTrusted() throws IOException {
    try (TestServer encrypted =
            new TestServer(new Router().route("GET", "/", new PageFiles(true)::answerIndex));
        RawClient client = encrypted.connect()) {
      assertThat(client.request("GET", "/").response().field("Strict-Transport-Security"))
          .isEqualTo("max-age=31536000");
    }
  }

  @Test
  void whatABrowserHoldsIsNotSentAgain() throws IOException {
    try (RawClient client = server.connect()) {
      RawClient.Response first = client.request("GET", "/page/app.js").response();
      String tag = first.field("ETag");

      RawClient.Response same =
          client.request("GET", "/page/app.js", "If-None-Match: \"old\", W/" + tag).response();
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.content()).isEmpty();
      assertThat(same.field("ETag")).isEqualTo(tag);

      RawClient.Response other =
          client.request("GET", "/page/app.js", "If-None-Match: \"old\"").response();
      assertThat(other.status()).isEqualTo(200);
      assertThat(other.content()).isEqualTo(first.content());
    }
  }

  @Test
  void nothingElseOfTheServerCanBeHad() throws IOException {
    try (RawClient client = server.connect()) {
      for (String path :
          new String[] {"/page/none.js", "/page/../openapi.yaml", "/page/%2e%2e/openapi.yaml"}) {
        assertThat(client.request("GET", path).response().status()).as(path).isEqualTo(404);
      }
    }
  }

  private Map<String, RawClient.Response> crawl() throws IOException {
    Map<String, RawClient.Response> answers = new LinkedHashMap<>();
    Deque<String> toVisit = new ArrayDeque<>();
    toVisit.add("/");
    try (RawClient client = server.connect()) {
      while (!toVisit.isEmpty()) {
        String path = toVisit.remove();
        if (!answers.containsKey(path)) {
          RawClient.Response answer = client.request("GET", path).response();
          answers.put(path, answer);
          Matcher references = REFERENCE.matcher(answer.text());
          while (references.find()) {
            toVisit.add(URI.create(path).resolve(references.group(1)).getPath());
          }
        }
      }
    }
    return answers;
  }

  private static String contentType(String path) {
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "js" -> "text/javascript";
      case "css" -> "text/css";
      case "svg" -> "image/svg+xml";
      default -> "text/html";
    };
  }
}
