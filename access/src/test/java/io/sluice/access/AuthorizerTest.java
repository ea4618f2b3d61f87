package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.access.Authorizer.Answer;
import io.sluice.access.BoundedFetch.Reply;
import io.sluice.event.ChannelPattern;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizerTest {

  private static final AuthorizerOptions OPTIONS =
      new AuthorizerOptions(URI.create("http://127.0.0.1:1/may"), Duration.ofSeconds(2));
  private static final ChannelPattern NEWS = ChannelPattern.parse("news");
  private static final Identity ALICE = Somebody.of(Identity.Kind.TOKEN, "alice");

  private final TestClock clock = new TestClock();
  private final List<String> questions = new ArrayList<>();
  private final List<CompletableFuture<Reply>> replies = new ArrayList<>();
  private final Authorizer authorizer =
      Authorizer.by(
          question -> {
            questions.add(question);
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            replies.add(reply);
            return reply;
          },
          OPTIONS,
          clock);

  private CompletableFuture<Answer> ask(Identity who, String channel) {
    return authorizer.ask(who, Action.SUBSCRIBE, ChannelPattern.parse(channel));
  }

  private void reply(int status, String body) {
    replies.getLast().complete(new Reply(status, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static Answer.Unavailable unavailable(CompletableFuture<Answer> answer) {
    assertThat(answer).isDone();
    assertThat(answer.join()).isInstanceOf(Answer.Unavailable.class);
    return (Answer.Unavailable) answer.join();
  }

  @Test
  void theQuestionSaysWhoAsksForWhat() {
    Identity bob =
        new Identity(
            Identity.Kind.SESSION,
            "bob",
            Set.of("b", "a"),
            Set.of("read"),
            Map.of("tenant", "acme", "plans", List.of(1, 2), "age", 7, "admin", false),
            Grants.NONE,
            null,
            null,
            null,
            null);

    authorizer.ask(bob, Action.HISTORY, ChannelPattern.parse("a/*"));
    authorizer.ask(Identity.ANONYMOUS, Action.PUBLISH, NEWS);

    assertThat(questions)
        .containsExactly(
            "{\"kind\":\"session\",\"subject\":\"bob\",\"roles\":[\"a\",\"b\"],\"scopes\":[\"read\"],"
                + "\"claims\":{\"admin\":false,\"age\":7,\"plans\":[1,2],\"tenant\":\"acme\"},"
                + "\"action\":\"history\",\"channel\":\"a/*\"}",
            "{\"kind\":\"anonymous\",\"subject\":null,\"roles\":[],\"scopes\":[],\"claims\":{},"
                + "\"action\":\"publish\",\"channel\":\"news\"}");
  }

  @Test
  void theApplicationAllowsAndDenies() {
    CompletableFuture<Answer> allowed = ask(ALICE, "a");
    assertThat(allowed).isNotDone();
    reply(200, "{\"allow\":true}");
    CompletableFuture<Answer> denied = ask(ALICE, "b");
    reply(200, "{\"allow\":false}");

    assertThat(allowed).isCompletedWithValue(new Answer.Allowed());
    assertThat(denied)
        .isCompletedWithValue(
            new Answer.Denied(
                new Decision.Denied(
                    ChannelPattern.parse("b"),
                    "subscribing to b isn't allowed by the application")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerIsGoodForItsAge(boolean allow) {
    ask(ALICE, "news");
    reply(200, "{\"allow\":" + allow + ",\"maxAge\":30}");
    clock.advance(Duration.ofSeconds(30).minusNanos(1));

    assertThat(ask(ALICE, "news")).isDone();
    assertThat(ask(ALICE, "news").join() instanceof Answer.Allowed).isEqualTo(allow);
    assertThat(questions).hasSize(1);

    clock.advance(Duration.ofNanos(1));
    assertThat(ask(ALICE, "news")).isNotDone();
    assertThat(questions).hasSize(2);
  }

  @Test
  void theAgeCountsFromTheQuestion() {
    ask(ALICE, "news");
    clock.advance(Duration.ofSeconds(2));
    reply(200, "{\"allow\":true,\"maxAge\":2}");

    assertThat(ask(ALICE, "news")).isNotDone();
  }

  @Test
  void anAnswerWithoutAnAgeIsGoodOnce() {
    ask(ALICE, "news");
    reply(200, "{\"allow\":true}");
    assertThat(ask(ALICE, "news")).isNotDone();
    reply(200, "{\"allow\":true,\"maxAge\":0}");
    assertThat(ask(ALICE, "news")).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3601", "1000000000000", "99999999999999999999999999"})
  void noAnswerIsGoodForMoreThanAnHour(String maxAge) {
    ask(ALICE, "news");
    reply(200, "{\"allow\":true,\"maxAge\":" + maxAge + "}");

    clock.advance(Authorizer.MAX_AGE.minusNanos(1));
    assertThat(ask(ALICE, "news")).isDone();
    clock.advance(Duration.ofNanos(1));
    assertThat(ask(ALICE, "news")).isNotDone();
  }

  @Test
  void anAnswerIsForOneQuestionAlone() {
    ask(ALICE, "news");
    reply(200, "{\"allow\":true,\"maxAge\":30}");
    Identity promoted =
        new Identity(
            ALICE.kind(),
            "alice",
            Set.of("x"),
            Set.of(),
            Map.of(),
            Grants.NONE,
            null,
            null,
            null,
            null);

    assertThat(ask(ALICE, "news/a")).isNotDone();
    assertThat(ask(promoted, "news")).isNotDone();
    assertThat(ask(Somebody.of(Identity.Kind.KEY, "alice"), "news")).isNotDone();
    assertThat(ask(Somebody.of(Identity.Kind.TOKEN, "bob"), "news")).isNotDone();
    assertThat(authorizer.ask(ALICE, Action.PUBLISH, NEWS)).isNotDone();
    assertThat(ask(Somebody.of(Identity.Kind.TOKEN, "alice"), "news")).isDone();
  }

  @Test
  void theSameQuestionIsUnderWayOnce() {
    CompletableFuture<Answer> one = ask(ALICE, "news");
    CompletableFuture<Answer> two = ask(ALICE, "news");
    CompletableFuture<Answer> three = ask(ALICE, "news");
    two.cancel(true);
    reply(200, "{\"allow\":true}");

    assertThat(questions).hasSize(1);
    assertThat(one).isCompletedWithValue(new Answer.Allowed());
    assertThat(three).isCompletedWithValue(new Answer.Allowed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {\"allow\":true}",
        "403 | {\"allow\":false}",
        "204 | ''",
        "302 | {\"allow\":true}",
        "200 | ''",
        "200 | true",
        "200 | {\"allow\":\"true\"}",
        "200 | {\"allow\":1}",
        "200 | {\"allow\":null}",
        "200 | {\"allow\":true",
        "200 | {\"allow\":true} {}",
        "200 | {\"allow\":false,\"allow\":true}",
        "200 | [{\"allow\":true}]",
        "200 | {\"allow\":true,\"maxAge\":-1}",
        "200 | {\"allow\":true,\"maxAge\":1.5}",
        "200 | {\"allow\":true,\"maxAge\":\"30\"}",
        "200 | {\"allow\":true,\"maxAge\":null}",
      })
  void whateverElseItSaysAllowsNothingAndIsNotHeld(int status, String body) {
    CompletableFuture<Answer> answer = ask(ALICE, "news");
    reply(status, body);

    assertThat(unavailable(answer))
        .isEqualTo(
            new Answer.Unavailable(
                "authorizer-unavailable",
                "the application can't say at present whether subscribing to news is allowed",
                Duration.ofSeconds(2)));
    assertThat(ask(ALICE, "news")).isNotDone();
  }

  @Test
  void silenceAllowsNothing() {
    CompletableFuture<Answer> answer = ask(ALICE, "news");
    replies.getLast().completeExceptionally(new IOException("reset"));
    assertThat(unavailable(answer).code()).isEqualTo("authorizer-unavailable");

    Authorizer broken =
        Authorizer.by(
            question -> {
              throw new IllegalStateException("closed");
            },
            OPTIONS,
            clock);
    unavailable(broken.ask(ALICE, Action.PUBLISH, NEWS));
    unavailable(broken.ask(ALICE, Action.PUBLISH, NEWS));
  }

  @Test
  void whatWasAllowedStaysSoWhileTheApplicationIsAway() {
    ask(ALICE, "news");
    reply(200, "{\"allow\":true,\"maxAge\":30}");
    CompletableFuture<Answer> other = ask(ALICE, "other");
    reply(500, "");

    unavailable(other);
    assertThat(ask(ALICE, "news")).isCompletedWithValue(new Answer.Allowed());
  }

  @Test
  void tooManyQuestionsAtOnceAreRefusedAndAreNotLeftBehind() {
    for (int i = 0; i < Authorizer.MAX_UNDER_WAY; i++) {
      assertThat(ask(ALICE, "c/" + i)).isNotDone();
    }
    assertThat(unavailable(ask(ALICE, "one-more")).detail())
        .isEqualTo("too much is being asked of the application about permissions");
    assertThat(ask(ALICE, "c/0")).isNotDone();
    assertThat(questions).hasSize(Authorizer.MAX_UNDER_WAY);

    reply(200, "{\"allow\":true}");
    assertThat(ask(ALICE, "one-more")).isNotDone();
    assertThat(questions).hasSize(Authorizer.MAX_UNDER_WAY + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "file:///may, 2000",
    "http://a:b@host/, 2000",
    "https://host/, 99",
    "https://h, 10001"
  })
  void optionsAreChecked(URI url, long millis) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuthorizerOptions(url, Duration.ofMillis(millis)));
  }
}
