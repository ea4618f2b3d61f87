package io.sluice.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that connects subscribers and reads what they get.
 *
 * <p>Other threads give it work by {@link #execute}, and read its counters.
 */
final class SubscriberLoop implements Runnable {

  /*
   * What keeps this cheap, since every core that it uses is one that the server hasn't got:
   * readiness is level-triggered and never re-armed; there is one read for each readiness, into one
   * buffer for all connections, large enough that nothing is left; keys are taken from the selector
   * without its set of selected ones; the clock is read once for each read.
   */

  private static final int RECEIVE_BYTES = 1 << 20;
  private static final int SELECT_MILLIS = 100;

  private final Endpoint endpoint;
  private final RequestTemplate request;
  private final RunClock clock;
  private final int maxConnecting;
  private final Selector selector;

  // Any thread.
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final AtomicInteger streaming = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicLong received = new AtomicLong();
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  // The loop's own.
  private final Tally tally;
  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(RECEIVE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final Queue<Subscriber> waiting = new ArrayDeque<>();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private Consumer<Subscriber> afterRead = subscriber -> {};
  private int connecting;

  /**
   * @param request what subscribes
   * @param maxConnecting how many may be between connecting and the response head
   */
  SubscriberLoop(
      Endpoint endpoint, RequestTemplate request, int maxConnecting, RunClock clock, Tally tally) {
    this.endpoint = endpoint;
    this.request = request;
    this.clock = clock;
    this.maxConnecting = maxConnecting;
    this.tally = tally;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new LoadException("no selector could be opened", e);
    }
  }

  /** Has the loop's thread do this soon. */
  void execute(Runnable task) {
    work.add(task);
    selector.wakeup();
  }

  /** Ends the loop and closes its connections. */
  void stop() {
    stopped = true;
    selector.wakeup();
  }

  /** Subscribers that are connected and have got a response head. */
  int streaming() {
    return streaming.get();
  }

  /** Streams that the server ended or that failed. */
  int ended() {
    return ended.get();
  }

  /** Events received so far; a little behind. */
  long received() {
    return received.get();
  }

  /** Why a connection failed, the latest; null where none did. */
  @Nullable Exception failure() {
    return failure;
  }

  /** In the loop, or after it has ended. */
  Tally tally() {
    return tally;
  }

  /** In the loop, or after it has ended. */
  List<Subscriber> subscribers() {
    return subscribers;
  }

  /** In the loop: connects this subscriber, for the first time or again. */
  void open(Subscriber subscriber) {
    waiting.add(subscriber);
  }

  /** In the loop: cuts all connections, from this side, without goodbye. */
  void dropAll() {
    for (Subscriber subscriber : subscribers) {
      SocketChannel connection = subscriber.connection();
      if (connection != null) {
        release(subscriber, connection);
      }
    }
    // Cancelled keys keep their descriptors until the next selection.
    select(0);
  }

  /** In the loop: what to do after each read. */
  void afterRead(Consumer<Subscriber> action) {
    afterRead = action;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
          task.run();
        }
        while (connecting < maxConnecting && !waiting.isEmpty()) {
          connect(waiting.remove());
        }
        select(SELECT_MILLIS);
        received.lazySet(tally.received());
      }
      dropAll();
      selector.close();
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }

  private void select(int millis) {
    try {
      if (millis == 0) {
        selector.selectNow(this::ready);
      } else {
        selector.select(this::ready, millis);
      }
    } catch (IOException e) {
      throw new LoadException("selecting failed", e);
    }
  }

  private void connect(Subscriber subscriber) {
    connecting++;
    try {
      SocketChannel connection = endpoint.connect(subscriber.number());
      subscriber.connection(connection);
      connection.register(selector, SelectionKey.OP_CONNECT, subscriber);
    } catch (IOException e) {
      failed(subscriber, e);
    }
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return; // closed earlier in this round
    }
    Subscriber subscriber = (Subscriber) key.attachment();
    SocketChannel connection = (SocketChannel) key.channel();
    try {
      if (key.isReadable()) {
        read(subscriber, connection);
      } else if (connection.finishConnect()) {
        subscribe(subscriber, connection);
        key.interestOps(SelectionKey.OP_READ);
      }
    } catch (IOException | MalformedResponseException e) {
      failed(subscriber, e);
    }
  }

  private void subscribe(Subscriber subscriber, SocketChannel connection) throws IOException {
    bytes.clear();
    request.write(bytes, subscriber.channel(), subscriber.resumeHeader());
    bytes.flip();
    connection.write(bytes);
    if (bytes.hasRemaining()) {
      throw new IOException("a fresh socket didn't take a request of " + bytes.limit() + " bytes");
    }
  }

  /** The hot path: one read, and everything in it. */
  private void read(Subscriber subscriber, SocketChannel connection) throws IOException {
    bytes.clear();
    int length = connection.read(bytes);
    if (length < 0) {
      throw new IOException("the server ended the stream");
    }
    tally.now(clock.micros());
    boolean began = !subscriber.streaming();
    boolean goesOn = subscriber.received(bytes, length);
    if (began && subscriber.streaming()) {
      connecting--;
      streaming.incrementAndGet();
    }
    afterRead.accept(subscriber);
    if (!goesOn) {
      throw new IOException("the server ended the stream's body");
    }
  }

  private void failed(Subscriber subscriber, Exception reason) {
    failure = reason;
    ended.incrementAndGet();
    SocketChannel connection = subscriber.connection();
    if (connection == null) {
      connecting--;
    } else {
      release(subscriber, connection);
    }
  }

  private void release(Subscriber subscriber, SocketChannel connection) {
    if (subscriber.streaming()) {
      streaming.decrementAndGet();
    } else {
      connecting--;
    }
    subscriber.connection(null);
    try {
      connection.close();
    } catch (IOException e) {
      failure = e;
    }
  }
}
