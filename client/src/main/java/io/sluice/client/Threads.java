package io.sluice.client;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;

/** What runs things where the application doesn't say. */
final class Threads {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** A virtual thread for each task: a stream that is read, futures that are completed. */
  static final Executor VIRTUAL = task -> Thread.ofVirtual().name("sluice-client").start(task);

  private Threads() {}

  /** One for all streams that have no client of their own; made when the first asks for it. */
  static HttpClient http() {
    return Shared.HTTP;
  }

  /** A client for event streams and publishing. */
  static HttpClient.Builder newHttp() {
    // HTTP/1.1: streams over one HTTP/2 connection would stop one another when one isn't read.
    return HttpClient.newBuilder()
        // Its own thread does what is to be done: that is short, and never the application's code.
        .executor(Runnable::run)
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT_TIMEOUT);
  }

  private static final class Shared {
    static final HttpClient HTTP = newHttp().build();
  }
}
