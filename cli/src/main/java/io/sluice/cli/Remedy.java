package io.sluice.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to change, by where: {@code nginx}, {@code HAProxy}, {@code Caddy}, {@code Ingress}
 * (ingress-nginx), {@code Sluice} or {@code otherwise}.
 *
 * <p>Immutable.
 *
 * @param places each with what to set there, in the order in which to show them
 */
record Remedy(Map<String, String> places) {

  private static final String NGINX = "nginx";
  private static final String HAPROXY = "HAProxy";
  private static final String CADDY = "Caddy";
  private static final String INGRESS = "Ingress";
  private static final String SLUICE = "Sluice";
  private static final String OTHERWISE = "otherwise";

  static final Remedy NONE = new Remedy(Map.of());

  static final Remedy ANSWER_BUFFERING =
      of(
          NGINX,
          "proxy_buffering off; and no proxy_ignore_headers X-Accel-Buffering",
          HAPROXY,
          "no \"filter compression\", no http-response wait-for-body",
          CADDY,
          "flush_interval -1 in reverse_proxy, and no response_buffers",
          INGRESS,
          "nginx.ingress.kubernetes.io/proxy-buffering: \"off\"",
          OTHERWISE,
          "whatever stands between must pass text/event-stream on as it comes: caches, virus"
              + " scanners, CDNs");

  static final Remedy REQUEST_BUFFERING =
      of(
          NGINX,
          "proxy_request_buffering off; proxy_http_version 1.1;",
          HAPROXY,
          "no \"option http-buffer-request\", no http-request wait-for-body",
          CADDY,
          "no request_buffers in reverse_proxy",
          INGRESS,
          "nginx.ingress.kubernetes.io/proxy-request-buffering: \"off\"");

  static final Remedy COMPRESSION =
      of(
          NGINX,
          "gzip off; for /events, or no text/event-stream in gzip_types",
          HAPROXY,
          "no text/event-stream in \"compression type\"",
          CADDY,
          "no encode for /events, or text/event-stream left out of its match",
          INGRESS,
          "no text/event-stream in gzip-types of the controller's ConfigMap",
          SLUICE,
          "subscribe with encoding=gzip: large data then comes compressed, event by event");

  static final Remedy IDLE_TIMEOUT =
      of(
          NGINX,
          "proxy_read_timeout 75s; send_timeout 75s;",
          HAPROXY,
          "timeout client 75s, timeout server 75s",
          CADDY,
          "no read_timeout in transport http, no write timeout in servers",
          INGRESS,
          "nginx.ingress.kubernetes.io/proxy-read-timeout: \"75\"",
          SLUICE,
          "stream.heartbeat below the shortest time-out on the way",
          OTHERWISE,
          "cloud load balancers have an idle time-out, and some end every request after a fixed"
              + " time");

  static final Remedy HTTP2 =
      of(
          NGINX,
          "listen 443 ssl http2; or, from 1.25.1 on, http2 on;",
          HAPROXY,
          "bind :443 ssl crt … alpn h2,http/1.1",
          CADDY,
          "it does by itself; no protocols h1 alone in servers",
          INGRESS,
          "use-http2: \"true\" in the controller's ConfigMap",
          SLUICE,
          "tls.certificate and tls.key: it speaks HTTP/2 by itself then");

  static final Remedy LAST_EVENT_ID =
      of(
          NGINX,
          "no proxy_set_header Last-Event-ID \"\";",
          HAPROXY,
          "no http-request del-header Last-Event-ID",
          CADDY,
          "no header_up -Last-Event-ID",
          OTHERWISE,
          "a CDN or firewall that passes known fields on alone must know Last-Event-ID");

  static final Remedy ONE_HISTORY =
      of(
          SLUICE,
          "hubs behind one address need one history; with history.store: memory or sqlite each has"
              + " its own, so that only one may be there");

  static final Remedy CACHE_FIELDS =
      of(
          NGINX,
          "no expires and no add_header Cache-Control for /events",
          HAPROXY,
          "no http-response set-header Cache-Control for /events",
          CADDY,
          "no header Cache-Control for /events");

  static final Remedy ORIGINS =
      of(
          SLUICE,
          "cors.origins with this origin, and cors.credentials: true if its pages send cookies");

  static final Remedy ONE_CORS =
      of(
          NGINX,
          "no add_header Access-Control-… : the hub says it",
          HAPROXY,
          "no http-response set-header Access-Control-…",
          CADDY,
          "no header Access-Control-…",
          INGRESS,
          "no nginx.ingress.kubernetes.io/enable-cors",
          SLUICE,
          "cors.origins is the one place");

  static final Remedy CREDENTIAL =
      of(
          SLUICE,
          "--token or --token-file with a token or key that may subscribe to the channel, or"
              + " --channel with one that it may");

  static final Remedy READY =
      of(
          SLUICE,
          "it is stopping, or its store takes no events: its log says which; see also"
              + " docs/operations.md");

  static final Remedy ADDRESS =
      of(
          OTHERWISE,
          "is the hub running, is the address the proxy's, does the proxy find the hub, and does"
              + " a firewall let it?");

  static final Remedy NOT_A_HUB =
      of(
          NGINX,
          "proxy_pass without a path, in a location that has all of the hub's paths",
          OTHERWISE,
          "the URL must be where the hub's page is; under a path the proxy must take it off");

  static final Remedy CLOCKS =
      of(OTHERWISE, "NTP on both machines: tokens and since= go by the hub's clock");

  Remedy {
    places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
  }

  private static Remedy of(String... placesAndChanges) {
    Map<String, String> places = new LinkedHashMap<>();
    for (int i = 0; i < placesAndChanges.length; i += 2) {
      places.put(placesAndChanges[i], placesAndChanges[i + 1]);
    }
    return new Remedy(places);
  }
}
