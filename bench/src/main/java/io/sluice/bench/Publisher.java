package io.sluice.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One kept-alive connection that publishes, one request at a time. Confined to its {@link
 * PublisherLoop}.
 */
final class Publisher {

  private final int inPayload;
  private final int number;
  private final Endpoint endpoint;
  private final RequestTemplate template;
  private final int subscribers;
  private final boolean oneChannel;
  private final int batch;

  /** The next sequence of each channel that has a subscriber; nobody checks the others. */
  private final int[] sequences;

  private final ByteBuffer request;
  private final ResponseReader reader = new ResponseReader(BodySink.NONE);
  private int payloadAt;
  private int stride;

  private @Nullable SelectionKey key;
  private int channel;
  private int scheduledMicros;
  private int sentMicros;
  private boolean awaitingAnswer;

  /**
   * @param number among the publishers of the run
   * @param runId what marks this run's payloads
   * @param template a request that publishes as many events as the plan has in one
   */
  Publisher(int number, int runId, Endpoint endpoint, RequestTemplate template, LoadPlan plan) {
    Audience audience = plan.audience();
    this.number = number;
    this.batch = plan.publishing().batch();
    this.inPayload = (runId << 16) + number;
    this.endpoint = endpoint;
    this.template = template;
    this.subscribers = audience.subscribers();
    this.oneChannel = audience.channels() == 1;
    this.sequences = new int[Math.min(audience.channels(), subscribers)];
    this.request = ByteBuffer.allocateDirect(template.maxBytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (oneChannel) {
      writeRequest(0);
    }
  }

  private void writeRequest(int channel) {
    request.clear();
    payloadAt = template.write(request, channel);
    stride = template.stride(channel);
    request.flip();
  }

  /** The channel of the events that are on their way, or were the last. */
  int channel() {
    return channel;
  }

  /** When the events that are on their way were due. */
  int scheduledMicros() {
    return scheduledMicros;
  }

  /** When they were sent. */
  int sentMicros() {
    return sentMicros;
  }

  /** Whether a request is on its way. */
  boolean awaitingAnswer() {
    return awaitingAnswer;
  }

  /** Connects, again where the server closed the connection. */
  void connect(Selector selector) throws IOException {
    reader.next();
    awaitingAnswer = false;
    SocketChannel connection = endpoint.connect(subscribers + number);
    key = connection.register(selector, SelectionKey.OP_CONNECT, this);
  }

  /** Whether the connection is there now. */
  boolean finishConnect() throws IOException {
    boolean connected = connection().finishConnect();
    if (connected) {
      key().interestOps(SelectionKey.OP_READ);
    }
    return connected;
  }

  /** Sends the next events of this channel. */
  void send(int channel, int scheduledMicros, int nowMicros) throws IOException {
    this.channel = channel;
    this.scheduledMicros = scheduledMicros;
    this.sentMicros = nowMicros;
    if (oneChannel) {
      request.rewind();
    } else {
      writeRequest(channel);
    }
    for (int event = 0; event < batch; event++) {
      int sequence = channel < sequences.length ? sequences[channel]++ : 0;
      Payload.write(request, payloadAt + event * stride, inPayload, sequence, scheduledMicros);
    }
    reader.next();
    awaitingAnswer = true;
    write();
  }

  /** Sends what the socket didn't take before. */
  void write() throws IOException {
    connection().write(request);
    boolean all = !request.hasRemaining();
    int wanted = all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
    if (key().interestOps() != wanted) {
      key().interestOps(wanted);
    }
  }

  /**
   * Reads what came of the answer.
   *
   * @return its head once it is whole, body and all; null before
   * @throws IOException if the connection ended before the answer did
   */
  @Nullable ResponseHead read(ByteBuffer bytes) throws IOException {
    bytes.clear();
    int length = connection().read(bytes);
    if (length >= 0) {
      reader.received(bytes, 0, length);
    }
    ResponseHead head = reader.head();
    boolean closed = length < 0;
    boolean untilClose = head != null && head.framing() == ResponseHead.Framing.UNTIL_CLOSE;
    if (closed && !untilClose) {
      throw new IOException("the server closed a publisher's connection without an answer");
    }
    boolean answered = closed || reader.complete();
    awaitingAnswer &= !answered;
    return answered ? head : null;
  }

  void close() throws IOException {
    if (key != null) {
      key.channel().close();
    }
  }

  private SelectionKey key() {
    if (key == null) {
      throw new IllegalStateException("not connected");
    }
    return key;
  }

  private SocketChannel connection() {
    return (SocketChannel) key().channel();
  }
}
