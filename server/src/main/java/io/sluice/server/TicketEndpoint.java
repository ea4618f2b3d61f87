package io.sluice.server;

import io.sluice.access.Grants;
import io.sluice.access.Identity;
import io.sluice.access.Ticket;
import io.sluice.access.Tickets;
import io.sluice.access.Vouched;
import io.sluice.event.ChannelPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /tickets}: a one-time ticket for the caller's identity, which a browser can put into
 * the URL of an EventSource. Thread-safe.
 *
 * <p>The body may be empty, or {@code {"channels":["orders/*"]}} to confine what the ticket is good
 * for. An API key that may vouch for others adds {@code "subject":"42"}, and {@code "roles"} if
 * they have any: so a backend asks for its own users.
 */
final class TicketEndpoint implements Endpoint {

  private static final Fields HEAD =
      Fields.of("Content-Type", "application/json", "Cache-Control", "no-store");
  private static final Identity ANYBODY =
      new Identity(
          Identity.Kind.SESSION,
          "anybody",
          Set.of(),
          Set.of(),
          Map.of(),
          Grants.NONE,
          null,
          null,
          null,
          null);
  private static final Logger log = LoggerFactory.getLogger(TicketEndpoint.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final Set<String> FIELDS = Set.of("channels", "subject", "roles");

  private final Tickets tickets;
  private final Access access;
  private final Duration lifetime;

  TicketEndpoint(Tickets tickets, Access access, Duration lifetime) {
    this.tickets = tickets;
    this.access = access;
    this.lifetime = lifetime;
  }

  @Override
  public void handle(Exchange exchange) {
    exchange.aggregate(MAX_BODY_BYTES, body -> issue(exchange, body));
  }

  private void issue(Exchange exchange, byte[] body) {
    JsonNode wanted = body.length == 0 ? Json.object() : JsonBody.object(body, "the body", FIELDS);
    // A hub that asks nobody gives tickets too, so that what is written against it works on one
    // that asks.
    Identity owner = access.isOpen() ? ANYBODY : owner(exchange.identity(), wanted);
    List<ChannelPattern> channels =
        StreamParameters.patterns(JsonBody.strings(wanted, "channels"), owner);
    CompletableFuture<Ticket> issued;
    try {
      issued = tickets.issue(owner, channels, lifetime);
    } catch (IllegalArgumentException wrong) {
      throw invalid(wrong);
    }
    issued.whenCompleteAsync(
        (ticket, failure) -> exchange.run(later -> answer(later, ticket, failure)),
        exchange.loop());
  }

  private static void answer(
      Exchange exchange, @Nullable Ticket ticket, @Nullable Throwable failure) {
    if (ticket == null) {
      log.debug("no ticket could be made", failure);
      throw new RefusedException(
          Problem.unavailable(
              "tickets-unavailable",
              "no ticket can be kept at present: what nodes share doesn't answer",
              RETRY_AFTER));
    }
    exchange.respond(
        200,
        HEAD,
        Json.bytes(
            Json.object()
                .put("ticket", ticket.text())
                .put("expires", Json.time(ticket.expires()))));
  }

  private static Identity owner(Identity caller, JsonNode wanted) {
    @Nullable String subject = JsonBody.string(wanted, "subject");
    if (subject == null) {
      if (wanted.has("roles")) {
        throw new RefusedException(
            Problem.badRequest("invalid-ticket", "roles go with a subject; the caller's own stay"));
      }
      if (caller.isAnonymous()) {
        throw Access.denied(
            caller, "authentication-required", "a ticket stands for somebody's identity");
      }
      return caller;
    }
    if (!caller.mayVouch()) {
      throw Access.denied(
          caller,
          "forbidden-subject",
          "tickets for other subjects are given to API keys with tickets: true");
    }
    Set<String> roles = Set.copyOf(JsonBody.strings(wanted, "roles"));
    if (roles.contains(Identity.OPERATOR) && !caller.isOperator()) {
      throw Access.denied(
          caller, "forbidden-role", "a key without the role operator can't give it to others");
    }
    try {
      return new Vouched(subject, roles, Map.of(), null).by(caller, Instant.now());
    } catch (IllegalArgumentException wrong) {
      throw invalid(wrong);
    }
  }

  private static RefusedException invalid(IllegalArgumentException wrong) {
    return new RefusedException(
        Problem.badRequest("invalid-ticket", String.valueOf(wrong.getMessage())));
  }
}
