package io.sluice.cli;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;

/**
 * Whether there is a hub, and how it is spoken with.
 *
 * <p>Immutable.
 *
 * @param plan where it should be
 * @param http asks
 * @param told gets the findings
 */
record ReachChecks(Examination.Plan plan, HttpClient http, Consumer<Finding> told) {

  private static final String REACH = "reach";

  /**
   * Looks.
   *
   * @return whether it is worth while to look at more
   */
  boolean run() throws InterruptedException {
    // Asked without the token: whoever answers may not be the hub.
    HttpRequest request =
        HttpRequest.newBuilder(plan.hub().url().at("/health/ready", new Query()))
            .timeout(plan.patience().multipliedBy(2))
            .build();
    HttpResponse<byte[]> answer;
    try {
      answer = http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      told.accept(
          Finding.problem(
              REACH,
              "can't reach " + plan.hub() + ": " + NetworkFailure.describe(e),
              Remedy.ADDRESS));
      return false;
    }
    if (!judge(answer)) {
      return false;
    }
    answer.sslSession().ifPresent(this::tellOfTls);
    tellOfVersion(answer.version());
    return true;
  }

  private boolean judge(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    String server = answer.headers().firstValue("Server").orElse("");
    String by = server.isEmpty() ? "" : ", answered by " + server;
    boolean json = answer.headers().firstValue("Content-Type").orElse("").contains("json");
    if (status == 200 && json) {
      told.accept(Finding.ok(REACH, "there is a hub, and it is ready" + by));
      return true;
    }
    if (status == 503 && json) {
      told.accept(Finding.warning(REACH, "the hub says that it isn't ready" + by, Remedy.READY));
      return true;
    }
    Refusal said = Refusal.of(status, answer.headers(), new byte[0]);
    told.accept(
        Finding.problem(
            REACH,
            "at /health/ready there answers something that is no hub: " + said + by,
            status >= 500 ? Remedy.ADDRESS : Remedy.NOT_A_HUB));
    return false;
  }

  private void tellOfTls(SSLSession session) {
    told.accept(Finding.ok("tls", session.getProtocol() + ", " + session.getCipherSuite()));
  }

  private void tellOfVersion(HttpClient.Version version) {
    if (version == HttpClient.Version.HTTP_2) {
      told.accept(Finding.ok("http", "HTTP/2: all streams of a browser share one connection"));
    } else if (plan.encrypted()) {
      told.accept(
          Finding.warning(
              "http",
              "HTTP/1.1 and no HTTP/2: a browser opens at most six connections to one host, so that"
                  + " with a stream in each of six tabs the seventh tab loads nothing",
              Remedy.HTTP2));
    } else {
      told.accept(
          new Finding(
              "http",
              Finding.Verdict.NOTE,
              "not encrypted, so that browsers speak HTTP/1.1: at most six connections to one host,"
                  + " over all tabs; tokens and events can be read on the way",
              Remedy.HTTP2));
    }
  }
}
