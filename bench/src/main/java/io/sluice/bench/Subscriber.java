package io.sluice.bench;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber over all its connections. Confined to its {@link SubscriberLoop}; what it received
 * may be read by others after that has ended.
 */
final class Subscriber implements PayloadSink {

  private final int number;
  private final int channel;
  private final int publishers;
  private final Receipts receipts;
  private final Tally tally;
  private final PayloadScanner scanner;
  private final @Nullable LastId lastId;

  private ResponseReader reader;
  private @Nullable SocketChannel connection;
  private boolean streaming;
  private boolean resumed;

  /**
   * @param number among all subscribers
   * @param plan what it should get
   * @param tally where it counts
   * @param resuming whether it keeps the last id of its first connection that had one, which costs
   *     a look at each byte of that
   */
  Subscriber(int number, LoadPlan plan, Tally tally, boolean resuming) {
    this.number = number;
    this.channel = number % plan.audience().channels();
    this.publishers = plan.publishing().publishers();
    this.receipts = new Receipts(publishers);
    this.tally = tally;
    this.scanner = new PayloadScanner(plan.publishing().payloadBytes(), this);
    this.lastId = resuming ? new LastId() : null;
    this.reader = new ResponseReader(this::body);
  }

  int number() {
    return number;
  }

  int channel() {
    return channel;
  }

  Receipts receipts() {
    return receipts;
  }

  /** Whether the response head came, and said 200. */
  boolean streaming() {
    return streaming;
  }

  @Nullable SocketChannel connection() {
    return connection;
  }

  /** The header line to resume with; empty where there is nothing to resume from. */
  String resumeHeader() {
    return lastId == null || lastId.value().isEmpty()
        ? ""
        : "Last-Event-ID: " + lastId.value() + "\r\n";
  }

  /** Begins a connection; null where there is none any more. */
  void connection(@Nullable SocketChannel next) {
    connection = next;
    streaming = false;
    reader = new ResponseReader(this::body);
    scanner.restart();
    if (lastId != null) {
      lastId.restart();
      resumed = !lastId.value().isEmpty();
    }
  }

  /**
   * Takes what was read.
   *
   * @return whether the stream goes on
   * @throws MalformedResponseException where it isn't HTTP, or the answer isn't 200
   */
  boolean received(ByteBuffer bytes, int to) {
    reader.received(bytes, 0, to);
    if (!streaming) {
      ResponseHead head = reader.head();
      if (head != null && head.status() != 200) {
        throw new MalformedResponseException("subscribing was answered " + head.status());
      }
      streaming = head != null;
    }
    return !reader.complete();
  }

  private void body(ByteBuffer bytes, int from, int to) {
    scanner.body(bytes, from, to);
    if (lastId != null && !resumed) {
      lastId.body(bytes, from, to);
    }
  }

  @Override
  public void payload(int inPayload, int sequence, int scheduledMicros) {
    int publisher = tally.publisher(inPayload);
    if (publisher >= 0 && publisher < publishers) {
      receipts.received(publisher, sequence);
      tally.event(scheduledMicros);
    }
  }
}
