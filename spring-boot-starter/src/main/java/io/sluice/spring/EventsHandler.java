package io.sluice.spring;

import io.sluice.hub.Receipt;
import io.sluice.hub.StreamRequest;
import io.sluice.server.Problem;
import io.sluice.server.PublishParameters;
import io.sluice.server.RefusedException;
import io.sluice.server.StreamEntry;
import io.sluice.spring.EventsEndpoint.Call;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Serves the hub through the application's reactive server. Policies and stores are asked on {@code
 * boundedElastic}, where they may wait.
 *
 * <p>Thread-safe.
 */
final class EventsHandler implements WebHandler {

  private static final boolean REACTOR_NETTY =
      ClassUtils.isPresent(
          "reactor.netty.http.server.HttpServerResponse", EventsHandler.class.getClassLoader());

  private final EventsEndpoint endpoint;
  private final int segments;

  /**
   * @param path where it is
   */
  EventsHandler(EventsEndpoint endpoint, String path) {
    this.endpoint = endpoint;
    this.segments = PathContainer.parsePath(path).elements().size();
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange) {
    String method = exchange.getRequest().getMethod().name();
    Mono<Void> answer =
        switch (method) {
          case "GET", "HEAD" -> stream(exchange, method.equals("HEAD"));
          case "POST" -> publish(exchange);
          default -> Mono.error(() -> new RefusedException(endpoint.wrongMethod(method)));
        };
    return answer.onErrorResume(
        failure -> !exchange.getResponse().isCommitted(),
        failure -> refuse(exchange.getResponse(), EventsEndpoint.problem(failure)));
  }

  private Mono<Void> stream(ServerWebExchange exchange, boolean headOnly) {
    ServerHttpResponse response = exchange.getResponse();
    return call(exchange)
        .flatMap(call -> waiting(() -> endpoint.admit(call)))
        .flatMap(
            admitted -> {
              StreamEntry.head().forEach(response.getHeaders()::set);
              return headOnly ? response.setComplete() : write(exchange, admitted);
            });
  }

  private Mono<Void> write(ServerWebExchange exchange, StreamRequest admitted) {
    ServerHttpResponse response = exchange.getResponse();
    PieceBuffers buffers = PieceBuffers.of(response.bufferFactory());
    Supplier<String> peer = () -> peer(exchange.getRequest());
    ReactiveOutlet outlet =
        endpoint.open(
            admitted,
            (loop, opening) ->
                new ReactiveOutlet(loop, buffers, () -> cut(response), peer.get(), opening));
    return response.writeAndFlushWith(Flux.from(outlet).map(Mono::just));
  }

  private static String peer(ServerHttpRequest request) {
    InetSocketAddress address = request.getRemoteAddress();
    return address == null
        ? "unknown"
        : address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  // What Reactive Streams offer instead ends the response behind what waits already, and so never
  // where a client takes nothing.
  private static void cut(ServerHttpResponse response) {
    if (REACTOR_NETTY
        && ServerHttpResponseDecorator.getNativeResponse(response)
            instanceof HttpServerResponse netty) {
      netty.withConnection(connection -> connection.channel().close());
    }
  }

  private Mono<Void> publish(ServerWebExchange exchange) {
    int most = endpoint.maxEventBytes();
    return call(exchange)
        .flatMap(
            call ->
                DataBufferUtils.join(exchange.getRequest().getBody(), most)
                    .onErrorMap(
                        DataBufferLimitException.class,
                        tooLarge -> new RefusedException(Problem.tooLarge(most)))
                    .map(EventsHandler::bytes)
                    .defaultIfEmpty(new byte[0])
                    .flatMap(body -> waiting(() -> endpoint.publish(call, body)))
                    .flatMap(Mono::fromFuture))
        .flatMap(receipt -> answer(exchange.getResponse(), receipt));
  }

  private static byte[] bytes(DataBuffer body) {
    byte[] bytes = new byte[body.readableByteCount()];
    body.read(bytes);
    DataBufferUtils.release(body);
    return bytes;
  }

  private static Mono<Void> answer(ServerHttpResponse response, Receipt receipt) {
    response.getHeaders().set("Content-Type", "application/json");
    response.getHeaders().set("Cache-Control", "no-store");
    return write(response, PublishParameters.answer(receipt));
  }

  private Mono<Void> refuse(ServerHttpResponse response, Problem problem) {
    response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
    problem.headers().forEach(response.getHeaders()::set);
    if (problem.status() == 405) {
      response.getHeaders().set("Allow", endpoint.methods());
    }
    return write(response, problem.json());
  }

  private static Mono<Void> write(ServerHttpResponse response, byte[] bytes) {
    return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
  }

  private static <T> Mono<T> waiting(Callable<T> task) {
    return Mono.fromCallable(task).subscribeOn(Schedulers.boundedElastic());
  }

  private Mono<Call> call(ServerWebExchange exchange) {
    return exchange
        .getPrincipal()
        .map(Callers::of)
        .defaultIfEmpty(Caller.ANONYMOUS)
        .map(caller -> call(exchange.getRequest(), caller));
  }

  private Call call(ServerHttpRequest request, Caller caller) {
    return new Call(
        caller,
        channel(request.getPath().pathWithinApplication()),
        request.getURI().getRawQuery(),
        request.getHeaders().getFirst(StreamEntry.LAST_EVENT_ID),
        request.getHeaders().getFirst(PublishParameters.IDEMPOTENCY_KEY));
  }

  private @Nullable String channel(PathContainer path) {
    if (path.elements().size() <= segments) {
      return null;
    }
    StringBuilder channel = new StringBuilder();
    for (PathContainer.Element element : path.subPath(segments + 1).elements()) {
      channel.append(
          element instanceof PathContainer.PathSegment segment
              ? segment.valueToMatch()
              : element.value());
    }
    if (channel.isEmpty()) {
      throw new RefusedException(Problem.of(404, "not-found", "there is nothing at " + path));
    }
    return channel.toString();
  }
}
