package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.access.Identity;
import io.sluice.event.ChannelName;
import io.sluice.event.ChannelPattern;
import io.sluice.event.PresenceChannel;
import io.sluice.hub.StreamFigures;
import io.sluice.presence.Member;
import io.sluice.presence.Presence;
import io.sluice.presence.Present;
import io.sluice.redis.fleet.NodeCallException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /presence/{channel}}: who is there. Thread-safe. */
record PresenceEndpoint(@Nullable Presence presence, Access access) implements Endpoint {

  /**
   * Who is behind a stream: the subject of a token or session. A service with an API key, and
   * whoever subscribes in this process, is nobody's member.
   */
  static @Nullable Member member(StreamFigures stream) {
    if (!(stream.owner() instanceof StreamOwner owner)
        || owner.identity().kind() == Identity.Kind.KEY) {
      return null;
    }
    return owner.identity().isAnonymous()
        ? Member.ANONYMOUS
        : new Member(owner.identity().subject());
  }

  @Override
  public void handle(Exchange exchange) {
    ChannelPattern named =
        StreamParameters.patterns(List.of(exchange.rest()), exchange.identity()).getFirst();
    String channel = ChannelName.check(named.toString());
    Presence kept = presence;
    if (kept == null || !kept.concerns(channel)) {
      exchange.refuse(
          Problem.of(
              404,
              "no-presence",
              "it isn't told who is in " + channel + "; presence.channels says where it is"));
      return;
    }
    // Whoever may see this may subscribe to it, and the other way round.
    access.permit(
        exchange,
        Action.SUBSCRIBE,
        List.of(ChannelPattern.parse(PresenceChannel.of(channel))),
        () ->
            new Awaited<>(exchange, kept.present(channel).exceptionally(PresenceEndpoint::unknown))
                .then(present -> exchange.respondJson(200, json(present))));
  }

  private static Present unknown(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof NodeCallException)) {
      throw new IllegalStateException("who is there can't be said", cause);
    }
    // The node that tells has gone, and the next one hasn't begun: soon.
    throw new RefusedException(
        Problem.unavailable(
            "presence-unavailable", String.valueOf(cause.getMessage()), Duration.ofSeconds(5)));
  }

  private static byte[] json(Present present) {
    ObjectNode answer = Json.object().put("count", present.count());
    List<String> names = present.members();
    if (names != null) {
      ArrayNode members = answer.putArray("members");
      names.forEach(members::add);
    }
    return Json.bytes(answer.put("id", present.position().toString()));
  }
}
