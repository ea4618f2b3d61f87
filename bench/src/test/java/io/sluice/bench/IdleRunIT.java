package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class IdleRunIT {

  private static final byte DATA = 0;
  private static final byte HEADERS = 1;
  private static final byte SETTINGS = 4;
  private static final byte ACK = 1;
  private static final byte STATUS_200 = (byte) 0x88;
  private static final byte STATUS_404 = (byte) 0x8D;

  private final StringBuilder progress = new StringBuilder();

  @Test
  void idleSubscribersStayConnected() throws IOException {
    try (FaultyHub hub = new FaultyHub(FaultyHub.NONE, () -> {})) {
      IdleReport report = IdleRun.run(plan(hub.target(), 30, 0), progress);

      assertThat(report.ended()).isZero();
      assertThat(report.server().residentBytesBefore()).isPositive();
      assertThat(report.json()).startsWith("{\"subscribers\":30,\"connections\":30,");
      assertThat(progress).contains("holding");
    }
  }

  @Test
  void streamsShareConnectionsOfHttp2() throws IOException {
    try (Http2Script server = new Http2Script(STATUS_200)) {
      IdleReport report = IdleRun.run(plan(server.target(), 5, 2), progress);

      assertThat(report.plan().connections()).isEqualTo(3);
      assertThat(report.ended()).isZero();
      assertThat(server.paths)
          .as("%s", server.failure)
          .containsExactlyInAnyOrder(
              "/bench?n=0", "/bench?n=1", "/bench?n=2", "/bench?n=3", "/bench?n=4");
    }
  }

  @Test
  void streamsThatAreRefusedFailTheRun() throws IOException {
    try (Http2Script server = new Http2Script(STATUS_404)) {
      assertThatThrownBy(() -> IdleRun.run(plan(server.target(), 5, 2), progress))
          .isInstanceOf(LoadException.class)
          .hasMessageContaining("of 5 streams");
    }
  }

  private static IdlePlan plan(Target target, int subscribers, int streamsPerConnection) {
    return new IdlePlan(
        target,
        new Audience(subscribers, target.subscribeUrl().contains("{n}") ? 100 : 1, 10, 1),
        streamsPerConnection,
        Duration.ofSeconds(10),
        Duration.ofMillis(50));
  }

  /** The server's side of HTTP/2, frame by frame, for as many connections as come. */
  private static final class Http2Script implements AutoCloseable {

    private final Queue<String> paths = new ConcurrentLinkedQueue<>();
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final byte status;
    private volatile IOException failure;

    Http2Script(byte status) throws IOException {
      this.status = status;
      Thread.ofVirtual().start(this::acceptAll);
    }

    Target target() {
      String url = "http://127.0.0.1:" + listener.getLocalPort() + "/{channel}?n={n}";
      return Target.of(url, url);
    }

    private void acceptAll() {
      try {
        while (!listener.isClosed()) {
          Socket socket = listener.accept();
          Thread.ofVirtual().start(() -> serve(socket));
        }
      } catch (IOException e) {
        failure = e; // closed, or the test finds what is missing
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
        out.write(new byte[] {0, 0, 0, SETTINGS, 0, 0, 0, 0, 0});
        List<Byte> streams = new ArrayList<>();
        byte[] head = in.readNBytes(9);
        while (head.length == 9) {
          byte[] payload = in.readNBytes(((head[1] & 0xFF) << 8) | (head[2] & 0xFF));
          if (head[3] == HEADERS) {
            paths.add(path(payload));
            streams.add(head[8]);
          } else if (head[3] == SETTINGS && head[4] == ACK) {
            // Only now, so that nothing is streaming where the client doesn't acknowledge.
            for (byte stream : streams) {
              answer(stream, out);
            }
          }
          head = in.readNBytes(9);
        }
      } catch (IOException e) {
        failure = e; // the client went, or the test finds what is missing
      }
    }

    private void answer(byte stream, OutputStream out) throws IOException {
      // A change of the table's size first, as encoders may send it.
      out.write(new byte[] {0, 0, 2, HEADERS, 4, 0, 0, 0, stream, 0x20, status});
      out.write(new byte[] {0, 0, 4, DATA, 0, 0, 0, 0, stream, ':', 'h', 'i', '\n'});
    }

    private static String path(byte[] block) {
      String text = new String(block, StandardCharsets.ISO_8859_1);
      int from = text.indexOf('/');
      int length = text.charAt(from - 1);
      return text.substring(from, from + length);
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
