package io.sluice.server;

import io.sluice.hub.Hub;
import io.sluice.hub.Loop;
import io.sluice.hub.StreamOpener;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** Which request goes where: the whole API at a glance. Immutable. */
final class Routes {

  private final Router router = new Router();
  private final boolean loopback;

  Routes(
      Settings settings,
      Hub hub,
      Map<Loop, StreamOpener> openers,
      Metrics metrics,
      Instant started) {
    loopback = settings.listen().isLoopback();
    long maxEvent = settings.limits().event().bytes();
    Publishing publishing = new Publishing(hub);
    ChannelEndpoints channels = new ChannelEndpoints(hub);
    ConnectionEndpoints connections = new ConnectionEndpoints(hub);
    PageFiles page = new PageFiles(false);
    StatusEndpoints status = new StatusEndpoints(hub, started, page);
    router
        .route("GET", "/events", new SubscribeEndpoint(hub, openers, false))
        .route("GET", "/events/{channel}", new SubscribeEndpoint(hub, openers, true))
        .route("POST", "/events/{channel}", new PublishEndpoint(publishing, maxEvent))
        .route(
            "POST",
            "/publish",
            new BulkPublishEndpoint(publishing, new PublicationReader(maxEvent)))
        .route("GET", "/history/{channel}", new HistoryEndpoint(hub))
        .route("GET", "/channels", channels::list)
        .route("GET", "/channels/{channel}", channels::one)
        .route("GET", "/connections", connections::list)
        .route("GET", "/connections/{id}", connections::one)
        .route("PATCH", "/connections/{id}", connections::change)
        .route("DELETE", "/connections/{id}", connections::close)
        .route("GET", "/stats", status::stats)
        .route("GET", "/health/live", status::live)
        .route("GET", "/health/ready", status::ready)
        .route("GET", "/metrics", metrics::answer)
        .route(
            "GET",
            "/openapi.yaml",
            StaticFile.load("openapi.yaml", "application/yaml", Fields.NONE))
        .route("GET", "/page/{file}", page::answerFile)
        .route("GET", "/", status::root);
  }

  /** Answers all requests, but not those that pages of other sites send. */
  Endpoint endpoint() {
    return loopback
        ? OriginGuard.onLoopback(router, CorsRules.NONE)
        : OriginGuard.onAnyAddress(router, CorsRules.NONE);
  }

  /** Each method and template: {@code GET /events/{}}. */
  Set<String> operations() {
    return router.operations();
  }
}
