package io.sluice.redis.fleet;

import io.sluice.redis.fleet.Message.Step;
import io.sluice.redis.fleet.NodeCallException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other nodes, and answers them. A request goes out once; how long its answer may take is
 * bounded, and so is how many are waited for.
 *
 * <p>Thread-safe. Nothing blocks; answerers are called on Lettuce's thread.
 */
final class Calls {

  /** How many answers are waited for at a time. */
  static final int MAX_WAITING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Calls.class);
  private static final byte[] NOTHING = {};

  private final Line line;
  private final String own;
  private final Duration patience;
  private final ScheduledExecutorService scheduler;

  private final Map<String, Function<byte[], CompletableFuture<byte[]>>> answerers =
      new ConcurrentHashMap<>();
  private final Map<String, Consumer<Message>> news = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, CompletableFuture<byte[]>> waiting =
      new ConcurrentHashMap<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final LongAdder asked = new LongAdder();
  private final LongAdder unanswered = new LongAdder();

  Calls(Line line, FleetOptions options, ScheduledExecutorService scheduler) {
    this.line = line;
    this.own = options.node();
    this.patience = options.patience();
    this.scheduler = scheduler;
  }

  static String channel(String node) {
    return "to:" + node;
  }

  /** Answers requests of a kind; what the answerer fails with, whoever asked hears of. */
  void answer(String kind, Function<byte[], CompletableFuture<byte[]>> answerer) {
    answerers.put(kind, answerer);
  }

  /** Is told news of a kind, of this node's too. */
  void hear(String kind, Consumer<Message> listener) {
    news.put(kind, listener);
  }

  /** Tells all nodes, this one too; nobody says whether it came. */
  CompletableFuture<Long> tell(String kind, byte[] body) {
    return line.publish(line.key("all"), message(Step.NEWS, 0, kind, body));
  }

  /**
   * Asks a node.
   *
   * @return its answer; fails with {@link NodeCallException}
   */
  CompletableFuture<byte[]> ask(String node, String kind, byte[] body) {
    asked.increment();
    if (waitingCount.incrementAndGet() > MAX_WAITING) {
      waitingCount.decrementAndGet();
      return CompletableFuture.failedFuture(
          Line.away(MAX_WAITING + " requests wait for answers of other nodes already"));
    }
    long number = numbers.incrementAndGet();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    waiting.put(number, answer);
    var timer =
        scheduler.schedule(
            () -> {
              unanswered.increment();
              answer.completeExceptionally(
                  new NodeCallException(
                      Reason.SILENT,
                      "node "
                          + node
                          + " gave no answer within "
                          + patience.toMillis()
                          + " ms; whether it did what was asked isn't known"));
            },
            patience.toMillis(),
            TimeUnit.MILLISECONDS);
    line.publish(line.key(channel(node)), message(Step.REQUEST, number, kind, body))
        .whenComplete(
            (heard, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else if (heard == 0) {
                answer.completeExceptionally(
                    new NodeCallException(Reason.GONE, "there is no node " + node));
              }
            });
    return answer.whenComplete(
        (done, failure) -> {
          timer.cancel(false);
          waiting.remove(number);
          waitingCount.decrementAndGet();
        });
  }

  private byte[] message(Step step, long number, String kind, byte[] body) {
    return new Message(step, number, own, kind, body).encode();
  }

  /** Something has come. */
  void heard(byte[] encoded) {
    Message message = Message.decode(encoded);
    switch (message.step()) {
      case NEWS -> {
        Consumer<Message> listener = news.get(message.kind());
        if (listener != null) {
          listener.accept(message);
        }
      }
      case REQUEST -> answer(message);
      case ANSWER -> {
        CompletableFuture<byte[]> asker = waiting.get(message.number());
        if (asker != null) {
          asker.complete(message.body());
        }
      }
      case FAILURE -> {
        CompletableFuture<byte[]> asker = waiting.get(message.number());
        if (asker != null) {
          asker.completeExceptionally(
              new NodeCallException(
                  Reason.FAILED,
                  "node "
                      + message.from()
                      + " failed at it: "
                      + new String(message.body(), StandardCharsets.UTF_8)));
        }
      }
    }
  }

  private void answer(Message request) {
    Function<byte[], CompletableFuture<byte[]>> answerer = answerers.get(request.kind());
    CompletableFuture<byte[]> answer;
    if (answerer == null) {
      answer =
          CompletableFuture.failedFuture(
              new IllegalStateException("nobody answers " + request.kind() + " here"));
    } else {
      try {
        answer = answerer.apply(request.body());
      } catch (RuntimeException failed) {
        answer = CompletableFuture.failedFuture(failed);
      }
    }
    answer.whenComplete(
        (body, failure) -> {
          if (failure != null) {
            log.error("{} of node {} can't be answered", request.kind(), request.from(), failure);
          }
          byte[] said =
              failure == null
                  ? body
                  : String.valueOf(failure.getMessage()).getBytes(StandardCharsets.UTF_8);
          Message reply =
              new Message(
                  failure == null ? Step.ANSWER : Step.FAILURE,
                  request.number(),
                  own,
                  request.kind(),
                  said == null ? NOTHING : said);
          var unused = line.publish(line.key(channel(request.from())), reply.encode());
        });
  }

  /** How many requests went to other nodes. */
  long asked() {
    return asked.sum();
  }

  /** How many of them weren't answered in time. */
  long unanswered() {
    return unanswered.sum();
  }
}
