package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.access.Authorizer;
import io.sluice.access.Credential;
import io.sluice.access.Decision;
import io.sluice.access.Identification;
import io.sluice.access.Identities;
import io.sluice.access.Identity;
import io.sluice.access.Rules;
import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who makes a request, and whether they may. A hub that is open asks nobody, and lets
 * everybody do everything.
 *
 * <p>Thread-safe. What has to wait, for an issuer's keys or an application's answer, doesn't block:
 * the request goes on later, on its own loop.
 */
final class Access {

  /** What is asked where a hub isn't open. */
  record Guards(
      CredentialReader credentials,
      Identities identities,
      Rules rules,
      @Nullable Authorizer authorizer) {}

  private static final CompletableFuture<@Nullable Problem> PERMITTED =
      CompletableFuture.completedFuture(null);

  private final @Nullable Guards guards;
  private final ClientLimits limits;

  private Access(@Nullable Guards guards, ClientLimits limits) {
    this.guards = guards;
    this.limits = limits;
  }

  /** Asks nobody. */
  static Access open(ClientLimits limits) {
    return new Access(null, limits);
  }

  /** Asks these. */
  static Access guarded(Guards guards, ClientLimits limits) {
    return new Access(guards, limits);
  }

  /** Whether everybody may do everything. */
  boolean isOpen() {
    return guards == null;
  }

  /** Counts what each address and subject does. */
  ClientLimits limits() {
    return limits;
  }

  // Who it is

  /** Has an endpoint called once it is known who makes the request: {@link Exchange#identity}. */
  Endpoint known(Endpoint next) {
    Guards asked = guards;
    return asked == null ? next : exchange -> identify(exchange, asked, next);
  }

  /** The same for requests that count as attempts of their address, whatever becomes of them. */
  Endpoint attempted(Endpoint next) {
    Endpoint known = known(next);
    return exchange -> {
      limits.attempt(exchange);
      known.handle(exchange);
    };
  }

  /** Has an endpoint called for operators only. */
  Endpoint operated(Endpoint next) {
    return known(
        exchange -> {
          if (!isOperator(exchange)) {
            throw denied(
                exchange.identity(), "operators-only", "this needs the role " + Identity.OPERATOR);
          }
          next.handle(exchange);
        });
  }

  /** Whether a request may see and close everything. */
  boolean isOperator(Exchange exchange) {
    return isOpen() || exchange.identity().isOperator();
  }

  private void identify(Exchange exchange, Guards asked, Endpoint next) {
    Credential credential = asked.credentials.read(exchange);
    CompletableFuture<Identification> answer = asked.identities.identify(credential);
    if (answer.isDone()) {
      proceed(exchange, answer.join(), next);
      return;
    }
    exchange.pauseBody();
    answer.whenCompleteAsync(
        (identification, failure) ->
            exchange.run(
                later -> {
                  proceed(later, answer.join(), next);
                  later.resumeBody();
                }),
        exchange.loop());
  }

  private void proceed(Exchange exchange, Identification identification, Endpoint next) {
    switch (identification) {
      case Identification.Known(Identity identity) -> {
        exchange.identify(identity);
        next.handle(exchange);
      }
      case Identification.Refused refused -> {
        if (refused.retryAfter() != null) {
          throw new RefusedException(
              Problem.unavailable(refused.code(), refused.detail(), refused.retryAfter()));
        }
        // Who guesses gets slower.
        limits.attempt(exchange);
        throw new RefusedException(Problem.of(401, refused.code(), refused.detail()));
      }
    }
  }

  // What they may do

  /**
   * Goes on if the caller may do something with all of these channels: at once where the rules
   * decide, later where the application is asked.
   *
   * @throws RefusedException with 403 {@code forbidden-channel}, or 401 if nobody said who asks
   */
  void permit(
      Exchange exchange, Action action, Collection<ChannelPattern> channels, Runnable permitted) {
    CompletableFuture<@Nullable Problem> answer = refusal(exchange.identity(), action, channels);
    if (answer.isDone()) {
      goOn(answer.join(), permitted);
      return;
    }
    exchange.pauseBody();
    answer.whenCompleteAsync(
        (problem, failure) ->
            exchange.run(
                later -> {
                  goOn(answer.join(), permitted);
                  later.resumeBody();
                }),
        exchange.loop());
  }

  private static void goOn(@Nullable Problem problem, Runnable permitted) {
    if (problem != null) {
      throw new RefusedException(problem);
    }
    permitted.run();
  }

  /**
   * Why somebody may not do something with one of these channels, null if they may with all. Done
   * at once where the rules decide.
   */
  CompletableFuture<@Nullable Problem> refusal(
      Identity who, Action action, Collection<ChannelPattern> channels) {
    Guards asked = guards;
    if (asked == null) {
      return PERMITTED;
    }
    List<ChannelPattern> undecided = List.of();
    for (ChannelPattern channel : channels) {
      switch (asked.rules.decide(who, action, channel)) {
        case Decision.Allowed allowed -> {}
        case Decision.Denied denied -> {
          return CompletableFuture.completedFuture(forbidden(who, denied.detail()));
        }
        case Decision.Open open when asked.authorizer == null -> {
          return CompletableFuture.completedFuture(forbidden(who, open.detail()));
        }
        case Decision.Open open -> {
          undecided = undecided.isEmpty() ? new ArrayList<>() : undecided;
          undecided.add(channel);
        }
      }
    }
    if (undecided.isEmpty()) {
      return PERMITTED;
    }
    return ask(asked.authorizer, who, action, undecided);
  }

  private static CompletableFuture<@Nullable Problem> ask(
      @Nullable Authorizer authorizer, Identity who, Action action, List<ChannelPattern> channels) {
    if (authorizer == null) {
      throw new IllegalStateException("the rules leave open what nobody decides");
    }
    CompletableFuture<@Nullable Problem> answer = PERMITTED;
    for (ChannelPattern channel : channels) {
      answer =
          answer.thenCombine(
              authorizer.ask(who, action, channel),
              (problem, said) -> problem != null ? problem : problem(who, said));
    }
    return answer;
  }

  private static @Nullable Problem problem(Identity who, Authorizer.Answer said) {
    return switch (said) {
      case Authorizer.Answer.Allowed allowed -> null;
      case Authorizer.Answer.Denied(Decision.Denied denied) -> forbidden(who, denied.detail());
      case Authorizer.Answer.Unavailable away ->
          Problem.unavailable(away.code(), away.detail(), away.retryAfter());
    };
  }

  private static Problem forbidden(Identity who, String detail) {
    return denied(who, Decision.CODE, detail).problem();
  }

  /** 403; 401 where nobody said who asks, since saying so may help. */
  static RefusedException denied(Identity who, String code, String detail) {
    return new RefusedException(
        who.isAnonymous()
            ? Problem.of(
                401,
                "authentication-required",
                detail + "; the request has no token, ticket or key")
            : Problem.of(403, code, detail));
  }
}
