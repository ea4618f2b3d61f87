package io.sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Reads many events of one stream, from a server that makes them as it goes. {@code
 * -Dflat.events=1000000} makes it a million.
 */
@Timeout(600)
class FlatMemoryIT {

  private static final int EVENTS = Integer.getInteger("flat.events", 200_000);
  private static final int DATA_BYTES = 100;
  private static final long TOLERATED_BYTES = 4L * 1024 * 1024;

  @Test
  void manyEventsLeaveNothingBehind() throws IOException, InterruptedException {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        EventReader reader =
            EventStream.at(URI.create("http://127.0.0.1:" + server.getLocalPort())).open()) {
      Thread.ofVirtual().start(() -> serve(server));
      long before = 0;
      for (int i = 1; i <= EVENTS; i++) {
        ReceivedEvent event = (ReceivedEvent) reader.next();
        assertThat(event.id()).isEqualTo(String.valueOf(i));
        if (i == EVENTS / 10) {
          before = liveBytes();
        }
      }
      // All of the data would be many times that.
      assertThat(liveBytes()).isLessThan(before + TOLERATED_BYTES);
    }
  }

  private static void serve(ServerSocket server) {
    String data = "x".repeat(DATA_BYTES);
    try (Socket client = server.accept();
        OutputStream out = client.getOutputStream()) {
      // What was asked is read: a close would throw away what is on its way to who still asks.
      BufferedReader request =
          new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
      while (!request.readLine().isEmpty()) {}
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
              .getBytes(UTF_8));
      StringBuilder blocks = new StringBuilder();
      for (int i = 1; i <= EVENTS; i++) {
        blocks.append("id: ").append(i).append("\ndata: ").append(data).append("\n\n");
        if (blocks.length() > 32_000 || i == EVENTS) {
          out.write(blocks.toString().getBytes(UTF_8));
          blocks.setLength(0);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long liveBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
