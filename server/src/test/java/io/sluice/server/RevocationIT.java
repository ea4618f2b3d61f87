package io.sluice.server;

import static io.sluice.server.GuardedServer.PUBLISHER;
import static io.sluice.server.GuardedServer.bearer;
import static io.sluice.server.GuardedServer.code;
import static io.sluice.server.GuardedServer.patch;
import static io.sluice.server.GuardedServer.post;
import static io.sluice.server.GuardedServer.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is revoked, and whose a connection is, against a running server. */
class RevocationIT {

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
  void whatIsRevokedEndsWhatIsOpenAndRefusesWhatComes() throws Exception {
    GuardedServer server = start();
    String operator = token("otto", Duration.ofHours(1), "operator");
    String before = token("ann");
    try (LiveStream ann = server.open("/events/users/@me/x", bearer(before));
        LiveStream bob = server.open("/events/users/@me/x", bearer(token("bob")))) {
      ann.connection();
      bob.connection();

      HttpResponse<InputStream> revoked =
          server.send("/revocations", post(operator, "{\"subject\":\"ann\"}"));

      assertThat(revoked.statusCode()).isEqualTo(200);
      assertThat(ann.block("expired")).contains("data: {\"reason\":\"revoked\"}");
      assertThat(code(server.send("/events/public/a", bearer(before))))
          .isEqualTo("401 token-revoked");
      server.send("/events/public/a", post(PUBLISHER.text(), "x"));
      assertThat(server.streams()).isEqualTo(1);
    }
  }

  @Test
  void onlyOperatorsRevoke() throws Exception {
    GuardedServer server = start();

    assertThat(code(server.send("/revocations", post(token("ann"), "{\"subject\":\"bob\"}"))))
        .isEqualTo("403 operators-only");
  }

  @Test
  void aConnectionIsChangedAndClosedByItsOwnerAndByOperatorsAlone() throws Exception {
    GuardedServer server = start();
    String add = "{\"add\":{\"channels\":[\"members/a\"]}}";
    try (LiveStream stream = server.open("/events/users/@me/x", bearer(token("ann")))) {
      String path = "/connections/" + stream.connection();

      assertThat(code(server.send(path, patch(bearer(token("eve")), add))))
          .isEqualTo("403 forbidden-connection");
      assertThat(code(server.send(path, patch(GuardedServer::anonymous, add))))
          .isEqualTo("401 authentication-required");
      assertThat(
              code(
                  server.send(
                      path,
                      patch(bearer(token("ann")), "{\"add\":{\"channels\":[\"users/eve/x\"]}}"))))
          .isEqualTo("403 forbidden-channel");
      assertThat(server.send(path, patch(bearer(token("ann")), add)).statusCode()).isEqualTo(200);
      assertThat(stream.block("subscription").getLast()).contains("members/a");
      assertThat(code(server.send(path, bearer(token("eve")).andThen(HttpRequest.Builder::DELETE))))
          .isEqualTo("403 forbidden-connection");
      assertThat(
              server
                  .send(
                      path,
                      bearer(token("otto", Duration.ofHours(1), "operator"))
                          .andThen(HttpRequest.Builder::DELETE))
                  .statusCode())
          .isEqualTo(204);
      assertThat(stream.rest()).doesNotContain("event:");
    }
  }

  @Test
  void anAnonymousConnectionIsChangedByWhoKnowsItsIdButGetsNothingThatItMayNotHave()
      throws Exception {
    GuardedServer server = start();
    try (LiveStream stream = server.open("/events/public/a", GuardedServer::anonymous)) {
      String path = "/connections/" + stream.connection();

      assertThat(
              code(
                  server.send(
                      path,
                      patch(bearer(token("ann")), "{\"add\":{\"channels\":[\"members/a\"]}}"))))
          .isEqualTo("401 authentication-required");
      assertThat(
              server
                  .send(
                      path,
                      patch(GuardedServer::anonymous, "{\"add\":{\"channels\":[\"public/b\"]}}"))
                  .statusCode())
          .isEqualTo(200);
    }
  }
}
