package io.sluice.server;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Endpoints that answer, and take bodies, in every way that there is. */
final class TestEndpoints {

  static final Fields TEXT = Fields.of("Content-Type", "text/plain");

  private TestEndpoints() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Router router() {
    return new Router()
        .route("GET", "/hello", exchange -> exchange.respond(200, TEXT, bytes("hello")))
        .route(
            "GET", "/name/{name}", exchange -> exchange.respond(200, TEXT, bytes(exchange.rest())))
        .route(
            "GET",
            "/query",
            exchange -> exchange.respond(200, TEXT, bytes(exchange.query().all("a").toString())))
        .route("GET", "/nothing", exchange -> exchange.respond(204, Fields.NONE))
        .route(
            "POST",
            "/echo",
            exchange -> exchange.aggregate(1_000_000, body -> exchange.respond(200, TEXT, body)))
        .route(
            "POST",
            "/later",
            exchange ->
                exchange.aggregate(
                    100, body -> exchange.loop().yield(() -> exchange.respond(200, TEXT, body))))
        .route("POST", "/unread", exchange -> exchange.respond(200, TEXT, bytes("unread")))
        .route(
            "GET",
            "/broken",
            exchange -> {
              throw new IllegalStateException("as the test wants");
            })
        .route(
            "GET",
            "/refused",
            exchange -> {
              throw new RefusedException(
                  Problem.unavailable("busy", "come back", Duration.ofMillis(1500)));
            })
        .route("GET", "/pieces", TestEndpoints::pieces)
        .route("POST", "/held", TestEndpoints::held)
        .route("POST", "/lines", TestEndpoints::lines)
        .route("POST", "/slowly", TestEndpoints::slowly);
  }

  private static void pieces(Exchange exchange) {
    ResponseBody out = exchange.begin(200, TEXT);
    out.write(bytes("one"));
    exchange
        .loop()
        .yield(
            () -> {
              out.write(bytes("two"));
              out.end();
            });
  }

  private static void lines(Exchange exchange) {
    ResponseBody out = exchange.begin(200, TEXT);
    exchange.stream(
        Long.MAX_VALUE,
        new BodyListener() {
          @Override
          public void chunk(ByteBuf bytes) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.getBytes(bytes.readerIndex(), copy);
            out.write(copy);
          }

          @Override
          public void complete() {
            out.end();
          }

          @Override
          public void failed() {}
        });
  }

  // Counts the bytes, and asks for a pause after every chunk.
  static void slowly(Exchange exchange) {
    exchange.stream(
        Long.MAX_VALUE,
        new BodyListener() {
          private int bytes;

          @Override
          public void chunk(ByteBuf chunk) {
            bytes += chunk.readableBytes();
            exchange.pauseBody();
            exchange.loop().yield(exchange::resumeBody);
          }

          @Override
          public void complete() {
            exchange.respond(200, TEXT, TestEndpoints.bytes(Integer.toString(bytes)));
          }

          @Override
          public void failed() {}
        });
  }

  private static void held(Exchange exchange) {
    exchange.stream(
        100,
        new BodyListener() {
          @Override
          public void chunk(ByteBuf bytes) {
            exchange.pauseBody();
            exchange.respond(200, TEXT, TestEndpoints.bytes("held"));
          }

          @Override
          public void complete() {}

          @Override
          public void failed() {}
        });
  }
}
