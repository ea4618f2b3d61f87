package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class CredentialIT {

  private static final String EXPIRES_THEN_GOES_ON =
      """
      {"attempts": {"/events": [
        [{"do": "stream"},
         {"do": "chunk", "text": "id: k-1\\nevent: connected\\ndata: {\\"connection\\":\\"c\\"}\\n\\n"},
         {"do": "chunk", "text": "id: k-2\\ndata: before\\n\\n"},
         {"do": "chunk", "text": "event: expired\\ndata: {\\"reason\\":\\"token\\"}\\n\\n"},
         {"do": "end"}],
        [{"do": "stream"}, {"do": "chunk", "text": "id: k-3\\ndata: after\\n\\n"}, {"do": "hold"}]
      ]}}
      """;

  @Test
  void aStreamGoesOnWithTheNextTokenWhenOneHasExpired() throws IOException, InterruptedException {
    try (HostileServer server = server()) {
      Queue<String> tokens = new ArrayDeque<>(List.of("old", "new"));
      try (EventReader reader = stream(server).token(tokens::remove).open()) {
        assertThat(((ReceivedEvent) reader.next()).data()).isEqualTo("before");
        assertThat(((ReceivedEvent) reader.next()).data()).isEqualTo("after");
      }
      assertThat(server.requests())
          .extracting(HostileServer.Request::credential)
          .containsExactly("old", "new");
      assertThat(server.requests().getLast().lastEventId()).isEqualTo("k-2");
    }
  }

  @Test
  void everyConnectionHasATicketOfItsOwn() throws IOException, InterruptedException {
    try (HostileServer server = server()) {
      Queue<String> tickets = new ArrayDeque<>(List.of("first", "second"));
      try (EventReader reader = stream(server).ticket(tickets::remove).open()) {
        reader.next();
        reader.next();
      }
      assertThat(server.requests())
          .extracting(HostileServer.Request::credential)
          .containsExactly("first", "second");
    }
  }

  @Test
  void aFixedTokenThatHasExpiredEndsTheStreamAfterWhatCameBefore()
      throws IOException, InterruptedException {
    try (HostileServer server = server();
        EventReader reader = stream(server).token("the only one").open()) {
      assertThat(((ReceivedEvent) reader.next()).data()).isEqualTo("before");
      assertThatThrownBy(reader::next)
          .isInstanceOfSatisfying(
              StreamFailedException.class,
              failed -> assertThat(failed.end()).isEqualTo(new StreamEnd.Expired("token")));
    }
  }

  @Test
  void aSupplierThatFailsIsAskedAgain() throws IOException, InterruptedException {
    try (HostileServer server = server()) {
      int[] asked = {0};
      try (EventReader reader =
          stream(server)
              .token(
                  () -> {
                    if (asked[0]++ < 2) {
                      throw new IllegalStateException("the identity provider is away");
                    }
                    return "at last";
                  })
              .open()) {
        assertThat(((ReceivedEvent) reader.next()).data()).isEqualTo("before");
      }
      assertThat(server.requests().getFirst().credential()).isEqualTo("at last");
    }
  }

  private static HostileServer server() throws IOException {
    return new HostileServer(
        JsonMapper.shared().readTree(EXPIRES_THEN_GOES_ON), SelfSigned.context());
  }

  private static EventStream stream(HostileServer server) {
    return EventStream.at(URI.create(server.origin() + "/events")).backoff(HubFixture.AT_ONCE);
  }
}
