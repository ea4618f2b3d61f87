package io.sluice.server;

import io.sluice.event.ChannelPattern;
import io.sluice.hub.Hub;
import io.sluice.hub.HubFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /}, {@code /stats} and {@code /health}: how the hub is. Thread-safe. */
final class StatusEndpoints {

  private static final int CHANNELS_SHOWN = 100;

  private final Hub hub;
  private final Instant started;
  private final PageFiles page;
  private final Access access;
  private final OtherNodes others;

  /** Answers other nodes too from now on. */
  StatusEndpoints(Hub hub, Instant started, PageFiles page, Access access, OtherNodes others) {
    this.hub = hub;
    this.started = started;
    this.page = page;
    this.access = access;
    this.others = others;
    others.answerStats(this::stats);
  }

  /** A page for people, JSON for programs. */
  void root(Exchange exchange) {
    exchange.addFields(Fields.of("Vary", "Accept"));
    if (wantsHtml(exchange.header("Accept"))) {
      page.answerIndex(exchange);
      return;
    }
    ObjectNode answer = Json.object();
    answer.put("name", "sluice");
    answer.put("status", hub.isDraining() ? "draining" : "ready");
    if (!access.isOperator(exchange)) {
      exchange.respondJson(200, Json.bytes(answer));
      return;
    }
    answer.put("clients", hub.streams().size());
    answer.put("uptime", uptime());
    new Awaited<>(exchange, hub.channels(ChannelPattern.ALL, CHANNELS_SHOWN))
        .then(
            channels -> {
              new ChannelEndpoints(hub).addTo(answer.putArray("streams"), channels);
              exchange.respondJson(200, Json.bytes(answer));
            });
  }

  // Browsers name text/html; curl and libraries say */* or nothing.
  private static boolean wantsHtml(@Nullable String accept) {
    return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
  }

  /** The hub's figures. */
  void stats(Exchange exchange) {
    new Awaited<>(exchange, others.stats(exchange.query().first("node"), this::stats))
        .then(answer -> exchange.respondJson(200, Json.bytes(answer)));
  }

  private ObjectNode stats() {
    HubFigures figures = hub.figures();
    ObjectNode answer = Json.object();
    answer.put("clients", figures.streams());
    answer.put("channels", figures.log().channels());
    answer.put("published", figures.published());
    answer.put("delivered", figures.delivered());
    answer.put("retained", figures.log().retainedEvents());
    answer.put("newest", hub.newest().toString());
    answer.put("uptime", uptime());
    answer.put("opened", figures.opened());
    answer.put("bytes", figures.bytes());
    answer.put("replayed", figures.replayed());
    answer.put("resumes", figures.resumes());
    answer.put("gaps", figures.gaps());
    answer.put("retainedBytes", figures.log().retainedBytes());
    answer.put("memoryBytes", figures.log().memoryBytes());
    return answer;
  }

  /** Whether the process works. */
  void live(Exchange exchange) {
    exchange.respondJson(200, Json.bytes(Json.object().put("status", "live")));
  }

  /** Whether it takes requests: not while it drains, nor while nothing can be stored. */
  void ready(Exchange exchange) {
    String trouble = hub.trouble();
    if (hub.isDraining()) {
      exchange.refuse(Problem.draining());
    } else if (trouble != null) {
      exchange.refuse(Problem.storeFailed(trouble));
    } else {
      exchange.respondJson(200, Json.bytes(Json.object().put("status", "ready")));
    }
  }

  private double uptime() {
    return Duration.between(started, Instant.now()).toMillis() / 1000.0;
  }
}
