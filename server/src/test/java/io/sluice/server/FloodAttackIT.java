package io.sluice.server;

import static io.sluice.server.RawHttp2Client.END_HEADERS;
import static io.sluice.server.RawHttp2Client.END_STREAM;
import static io.sluice.server.RawHttp2Client.HEADERS;
import static io.sluice.server.RawHttp2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many connections, from many addresses and slow ones, beside subscribers who miss nothing. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FloodAttackIT {

  private static final int ADDRESSES = 150;
  private static final int PER_ADDRESS = 8;
  private static final int STREAMS_PER_ADDRESS = 3;
  private static final int STREAMS = 300;

  private final List<AutoCloseable> clients = new ArrayList<>();
  private GuardedServer server;
  private Bystanders bystanders;

  @BeforeEach
  void serve() throws IOException {
    server =
        new GuardedServer(
            "loops",
            "1",
            "limits.attempts",
            "6/min",
            "limits.connections-per-address",
            Integer.toString(STREAMS_PER_ADDRESS),
            "limits.connections",
            Integer.toString(STREAMS));
    bystanders = new Bystanders(server.server());
  }

  @AfterEach
  void othersHaveMissedNothing() throws Exception {
    try {
      bystanders.haveMissedNothing();
    } finally {
      for (AutoCloseable client : clients) {
        client.close();
      }
      bystanders.close();
      server.close();
    }
  }

  private RawClient connect(int block, int number) throws IOException {
    RawClient client = new RawClient(server.server().address(), Bystanders.loopback(block, number));
    clients.add(client);
    return client;
  }

  @Test
  void aFloodOfStreamsFromManyAddressesGetsWhatThereIsAndNoMore() throws Exception {
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int address = 0; address < ADDRESSES; address++) {
      int streams = 0;
      for (int i = 0; i < PER_ADDRESS; i++) {
        RawClient client = connect(1, address);
        int status = client.request("GET", "/events/public/flooded").head().status();
        statuses.merge(status, 1, Integer::sum);
        streams += status == 200 ? 1 : 0;
      }
      assertThat(streams).isLessThanOrEqualTo(STREAMS_PER_ADDRESS);
      bystanders.getMore(1);
    }
    assertThat(statuses).containsOnlyKeys(200, 429, 503);
    assertThat(statuses).containsEntry(200, STREAMS - 4);
    // Publishers and operators get in all the same.
    assertThat(
            server
                .send(
                    "/events/public/flooded",
                    GuardedServer.post(GuardedServer.PUBLISHER.text(), "x"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aFloodOfConnectionsThatSayNothingLeavesRoomForTheOthers() throws Exception {
    for (int i = 0; i < 900; i++) {
      connect(2, i);
      if (i % 50 == 49) {
        bystanders.getMore(1);
      }
    }
    RawClient another = connect(3, 0);
    assertThat(another.request("GET", "/health/live").response().status()).isEqualTo(200);
  }

  @Test
  void aFloodOfConnectionsThatComeAndGoAtOnceCostsNobodyAnEvent() throws Exception {
    for (int i = 0; i < 2000; i++) {
      RawClient client = new RawClient(server.server().address(), Bystanders.loopback(4, i % 1000));
      if (i % 3 == 0) {
        client.request("GET", "/events/public/flooded");
      }
      if (i % 2 == 0) {
        client.reset();
      } else {
        client.close();
      }
      if (i % 50 == 49) {
        bystanders.getMore(1);
      }
    }
    RawClient another = connect(5, 0);
    assertThat(another.request("GET", "/health/live").response().status()).isEqualTo(200);
  }

  // Slowloris: a byte at a time, so that no connection is ever idle.
  @Test
  void headsAndBodiesThatDripAreCutWhileOthersAreServed() throws Exception {
    String head = "GET /events/public/a HTTP/1.1\r\nHost: localhost\r\nX-Drip: ";
    String body =
        "POST /events/public/a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + GuardedServer.PUBLISHER.text()
            + "\r\nContent-Length: 1000000\r\n\r\n";
    List<RawClient> heads = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      heads.add(connect(6, i).send(head));
      connect(7, i).send(body);
    }
    List<Thread> drips = new ArrayList<>();
    for (RawClient client : heads) {
      drips.add(Thread.ofVirtual().start(() -> drip(client)));
    }
    for (RawClient client : heads) {
      bystanders.getMore(1);
      assertThat(client.head().status()).isEqualTo(408);
    }
    for (Thread drip : drips) {
      drip.join();
    }
  }

  // As fast as the others get events: each byte is a reason to wait on for a server that waits for
  // silence.
  private void drip(RawClient client) {
    try {
      while (true) {
        bystanders.getMore(20);
        client.send("x");
      }
    } catch (IOException closed) {
      // what it was for
    }
  }

  @Test
  void subscribersWhoNeverReadCostTheOthersNothing() throws Exception {
    for (int i = 0; i < 50; i++) {
      RawClient client = connect(8, i);
      assertThat(client.request("GET", "/events/public/large").head().status()).isEqualTo(200);
    }
    String large = "x".repeat(256 << 10);
    for (int i = 0; i < 100; i++) {
      server.server().hub().publish(Publication.of("public/large", large)).join();
      bystanders.getMore(1);
    }
  }

  @Test
  void rapidResetsFromManyConnectionsCostTheOthersNothing() throws Exception {
    byte[] get = RawHttp2Client.head("GET", "/events/public/flooded");
    for (int connection = 0; connection < 10; connection++) {
      RawHttp2Client client = RawHttp2Client.connect(server.server().address());
      clients.add(client);
      for (int i = 0; i < 5000 && !client.isClosed(); i++) {
        client
            .send(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, get)
            .send(RST_STREAM, 0, 2 * i + 1, RawHttp2Client.number(8));
        if (i % 500 == 499) {
          client.flush();
          bystanders.getMore(1);
        }
      }
      client.flush();
      client.closed.get(20, TimeUnit.SECONDS);
    }
  }
}
