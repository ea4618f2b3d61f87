package io.sluice.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Changes what a hub's stream is subscribed to: {@code PATCH /connections/{id}}.
 *
 * <p>Immutable.
 */
record ConnectionChange(HttpClient http, URI base, Credential credential) {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** What the hub made of a change. */
  sealed interface Outcome {

    /** It holds from here on. */
    record Changed() implements Outcome {}

    /** There is no such connection any more. */
    record Gone() implements Outcome {}

    /** Not now; it may be tried again. */
    record Later(Duration atLeast) implements Outcome {}

    /** Never. */
    record Refused(Problem problem) implements Outcome {}
  }

  /**
   * Asks for a change.
   *
   * @param connection the stream's name at the hub
   * @param part {@code add} or {@code remove}
   * @return never fails
   */
  CompletableFuture<Outcome> send(String connection, String part, Collection<String> channels) {
    // Channels and patterns have no characters that JSON would escape.
    String body =
        channels.stream()
            .collect(Collectors.joining("\",\"", "{\"" + part + "\":{\"channels\":[\"", "\"]}}"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/connections/" + connection))
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body));
    try {
      if (credential instanceof Credential.Token token) {
        request.header("Authorization", "Bearer " + token.supplier().get());
      }
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(new Outcome.Later(Duration.ZERO));
    }
    return http.sendAsync(request.build(), BodyHandlers.ofByteArray())
        .handle(
            (response, failure) -> {
              if (response == null) {
                return new Outcome.Later(Duration.ZERO);
              }
              int status = response.statusCode();
              Problem problem =
                  status == 200
                      ? new Problem(200, "", "", Duration.ZERO, OptionalLong.empty())
                      : Problem.of(status, response.headers(), response.body(), Instant.now());
              return status == 200
                  ? new Outcome.Changed()
                  : status == 404
                      ? new Outcome.Gone()
                      : problem.isTemporary()
                          ? new Outcome.Later(problem.retryAfter())
                          : new Outcome.Refused(problem);
            });
  }
}
