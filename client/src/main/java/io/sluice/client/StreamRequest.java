package io.sluice.client;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The request for a stream.
 *
 * <p>Immutable.
 *
 * @param uri where: the plan's own, or where that was redirected to
 * @param position what the stream had last; empty: nothing yet
 */
record StreamRequest(StreamPlan plan, URI uri, String position) {

  static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /** Where a redirect leads to; null if that is no http or https URL. */
  static @Nullable URI resolve(URI from, String location) {
    URI target;
    try {
      target = from.resolve(location);
    } catch (IllegalArgumentException e) {
      return null;
    }
    return HubUrl.isHttp(target) ? target : null;
  }

  /**
   * The request itself. Asks for a token.
   *
   * @throws CredentialException if the supplier of tokens fails
   * @throws IllegalArgumentException if a header can't be sent
   */
  HttpRequest toHttp() {
    boolean own = isOwnOrigin();
    List<StreamPlan.Pair> query = new ArrayList<>();
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Accept", "text/event-stream, application/problem+json;q=0.5")
            .header("Cache-Control", "no-store");
    if (uri.equals(plan.target().uri())) {
      query.addAll(plan.target().parameters().get());
      if (position.isEmpty() && plan.start() instanceof Start.By by) {
        query.add(new StreamPlan.Pair(by.parameter(), by.value()));
      }
    }
    if (isPlain(position)) {
      request.header("Last-Event-ID", position);
    } else if (!position.isEmpty()) {
      // The JDK's client sends heads in ASCII. A hub reads the parameter too, and so do others.
      query.add(new StreamPlan.Pair("lastEventId", position));
    }
    // What is a secret is for the server that was named, and no other: a redirect would give it
    // away.
    if (own) {
      plan.reach().headers().forEach(header -> request.header(header.name(), header.value()));
      switch (plan.reach().credential()) {
        case Credential.None none -> {}
        case Credential.Token token ->
            request.header("Authorization", "Bearer " + ask(token.supplier()));
        case Credential.Ticket ticket ->
            query.add(new StreamPlan.Pair("ticket", ask(ticket.supplier())));
      }
    }
    return request.uri(HubUrl.withQuery(uri, query)).GET().build();
  }

  private static boolean isPlain(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private boolean isOwnOrigin() {
    URI own = plan.target().uri();
    return uri.getScheme().equalsIgnoreCase(own.getScheme())
        && uri.getHost().equalsIgnoreCase(own.getHost())
        && HubUrl.port(uri) == HubUrl.port(own);
  }

  private static String ask(Supplier<String> supplier) {
    try {
      return supplier.get();
    } catch (RuntimeException e) {
      throw new CredentialException(e);
    }
  }
}
