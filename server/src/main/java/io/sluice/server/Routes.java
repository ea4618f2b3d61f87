package io.sluice.server;

import io.sluice.hub.Hub;
import io.sluice.hub.Loop;
import io.sluice.hub.StreamOpener;
import io.sluice.presence.Presence;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which request goes where, and who may send it: the whole API at a glance. Immutable. */
final class Routes {

  /**
   * What the endpoints work with.
   *
   * @param openers opens streams on each loop
   * @param parts says who may do what
   * @param presence says who is there, null if nobody is told
   * @param others the hub's other nodes
   */
  record Served(
      Hub hub,
      Map<Loop, StreamOpener> openers,
      AccessParts parts,
      Metrics metrics,
      @Nullable Presence presence,
      OtherNodes others) {

    /** Of a hub that is alone. */
    Served(
        Hub hub,
        Map<Loop, StreamOpener> openers,
        AccessParts parts,
        Metrics metrics,
        @Nullable Presence presence) {
      this(hub, openers, parts, metrics, presence, OtherNodes.NONE);
    }
  }

  private final Router router = new Router();
  private final Settings settings;

  Routes(Settings settings, Served served, Instant started) {
    this.settings = settings;
    Hub hub = served.hub;
    Access access = served.parts.access();
    long maxEvent = settings.limits().event().bytes();
    Publishing publishing = new Publishing(hub, access, settings.schemas());
    SubscribeEndpoint subscribe =
        new SubscribeEndpoint(
            hub,
            served.openers,
            access,
            settings.limits().refuseStreams(),
            served.presence != null);
    ChannelEndpoints channels = new ChannelEndpoints(hub);
    ConnectionEndpoints connections = new ConnectionEndpoints(hub, access, served.others);
    PageFiles page = new PageFiles(settings.tls().certificate().isPresent());
    StatusEndpoints status = new StatusEndpoints(hub, started, page, access, served.others);
    router
        .route("GET", "/events", subscribe.refusing(access.attempted(subscribe::several)))
        .route("GET", "/events/{channel}", subscribe.refusing(access.attempted(subscribe::one)))
        .route("POST", "/events/{channel}", access.known(new PublishEndpoint(publishing, maxEvent)))
        .route(
            "POST",
            "/publish",
            access.known(new BulkPublishEndpoint(publishing, new PublicationReader(maxEvent))))
        .route("GET", "/history/{channel}", access.known(new HistoryEndpoint(hub, access)))
        .route(
            "GET",
            "/presence/{channel}",
            access.known(new PresenceEndpoint(served.presence, access)))
        .route("GET", "/channels", access.operated(channels::list))
        .route("GET", "/channels/{channel}", access.operated(channels::one))
        .route("GET", "/connections", access.operated(connections::list))
        .route("GET", "/connections/{id}", access.known(connections::one))
        .route("PATCH", "/connections/{id}", access.known(connections::change))
        .route("DELETE", "/connections/{id}", access.known(connections::close))
        .route("GET", "/stats", access.operated(status::stats))
        .route("GET", "/health/live", status::live)
        .route("GET", "/health/ready", status::ready)
        .route("GET", "/metrics", access.operated(served.metrics::answer))
        .route(
            "GET",
            "/openapi.yaml",
            StaticFile.load("openapi.yaml", "application/yaml", Fields.NONE))
        .route("GET", "/client.js", ClientFiles.script())
        .route("GET", "/client-worker.js", ClientFiles.worker())
        .route("GET", "/client.d.ts", ClientFiles.types())
        .route("GET", "/page/{file}", page::answerFile)
        .route("GET", "/", access.known(status::root));
    identity(served);
  }

  private void identity(Served served) {
    Access access = served.parts.access();
    router
        .route(
            "POST",
            "/tickets",
            access.attempted(
                new TicketEndpoint(
                    served.parts.tickets(), access, settings.access().ticketLifetime())))
        .route(
            "POST",
            "/revocations",
            access.isOpen()
                ? Routes::needsIdentity
                : access.operated(
                    new RevocationEndpoint(served.parts.revocations(), InstantSource.system())));
  }

  private static void needsIdentity(Exchange exchange) {
    exchange.refuse(
        Problem.of(
            409,
            "hub-is-open",
            "this hub asks nobody who they are, so there is nothing to do; identity.tokens and"
                + " identity.keys say who may do what"));
  }

  /** Answers all requests, but not those that pages of other sites send. */
  Endpoint endpoint() {
    return settings.listen().isLoopback()
        ? OriginGuard.onLoopback(router, settings.cors())
        : OriginGuard.onAnyAddress(router, settings.cors());
  }

  /** Each method and template: {@code GET /events/{}}. */
  Set<String> operations() {
    return router.operations();
  }
}
