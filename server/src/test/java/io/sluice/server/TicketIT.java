package io.sluice.server;

import static io.sluice.server.GuardedServer.BACKEND;
import static io.sluice.server.GuardedServer.PUBLISHER;
import static io.sluice.server.GuardedServer.code;
import static io.sluice.server.GuardedServer.json;
import static io.sluice.server.GuardedServer.post;
import static io.sluice.server.GuardedServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One-time tickets against a running server. */
class TicketIT {

  private final List<GuardedServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(GuardedServer::close);
  }

  private GuardedServer start(String... more) throws IOException {
    GuardedServer server = new GuardedServer(more);
    servers.add(server);
    return server;
  }

  @Test
  void aTicketOpensOneStreamAndASecondUseIsAClear401() throws Exception {
    GuardedServer server = start();
    String ticket = server.ticket(token("ann"), "");

    try (LiveStream stream =
        server.open("/events/users/@me/x?ticket=" + ticket, GuardedServer::anonymous)) {
      assertThat(stream.status()).isEqualTo(200);
    }
    HttpResponse<InputStream> again =
        server.send("/events/users/@me/x?ticket=" + ticket, GuardedServer::anonymous);
    JsonNode problem = json(again);
    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(problem.get("code").asString()).isEqualTo("ticket-invalid");
    assertThat(problem.get("detail").asString()).contains("once").doesNotContain(ticket);
  }

  @Test
  void ofManyWhoRaceForATicketOneGetsTheStream() throws Exception {
    GuardedServer server = start();
    String ticket = server.ticket(token("ann"), "");
    List<Callable<Integer>> racers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      racers.add(
          () -> {
            try (LiveStream stream =
                server.open("/events/public/a?ticket=" + ticket, GuardedServer::anonymous)) {
              return stream.status();
            }
          });
    }
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Integer> racer : threads.invokeAll(racers)) {
        statuses.add(racer.get());
      }
    }
    assertThat(statuses).containsOnly(200, 401).containsOnlyOnce(200);
  }

  @Test
  void aTicketIsConfinedToTheChannelsThatWereAskedFor() throws Exception {
    GuardedServer server = start();
    String body = "{\"channels\":[\"users/@me/x\"]}";

    assertThat(
            code(
                server.send(
                    "/events/members/a?ticket=" + server.ticket(token("ann"), body),
                    GuardedServer::anonymous)))
        .isEqualTo("403 forbidden-channel");
    try (LiveStream stream =
        server.open(
            "/events/users/ann/x?ticket=" + server.ticket(token("ann"), body),
            GuardedServer::anonymous)) {
      assertThat(stream.status()).isEqualTo(200);
    }
  }

  @Test
  void aBackendsKeyGetsTicketsForItsUsersAndNobodyElseDoes() throws Exception {
    GuardedServer server = start();
    String forBob = server.ticket(BACKEND.text(), "{\"subject\":\"bob\"}");

    try (LiveStream stream =
        server.open("/events/users/@me/x?ticket=" + forBob, GuardedServer::anonymous)) {
      assertThat(stream.block("connected").getLast()).contains("\"users/bob/x\"");
    }
    for (String other : List.of(token("ann"), PUBLISHER.text())) {
      assertThat(code(server.send("/tickets", post(other, "{\"subject\":\"bob\"}"))))
          .isEqualTo("403 forbidden-subject");
    }
    assertThat(
            code(
                server.send(
                    "/tickets",
                    post(BACKEND.text(), "{\"subject\":\"bob\",\"roles\":[\"operator\"]}"))))
        .isEqualTo("403 forbidden-role");
  }

  @Test
  void aTicketIsGoodForStreamsAlone() throws Exception {
    GuardedServer server = start();
    String ticket = server.ticket(token("ann"), "");

    assertThat(code(server.send("/history/members/a?ticket=" + ticket, GuardedServer::anonymous)))
        .isEqualTo("401 ticket-for-stream");
  }
}
