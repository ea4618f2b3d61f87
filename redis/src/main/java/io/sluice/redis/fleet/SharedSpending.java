package io.sluice.redis.fleet;

import io.sluice.access.Spending;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a limit's buckets gave here is told the other nodes twice a second, and taken out of theirs.
 * So in one such time each node may give as much as its bucket holds, and no more over time than
 * all nodes together may: the rate, and once as much again for each further node. Without Redis
 * each node gives the rate.
 *
 * <p>Thread-safe.
 */
final class SharedSpending implements Spending {

  /** More accounts than this in one time, and further ones aren't told. */
  private static final int MAX_ACCOUNTS = 50_000;

  private static final int PER_MESSAGE = 1000;
  private static final int MAX_AMOUNTS = 2;
  private static final Logger log = LoggerFactory.getLogger(SharedSpending.class);

  private final Calls calls;
  private final String own;
  private final String kind;
  private volatile @Nullable BiConsumer<String, long[]> charge;

  // Guarded by this.
  private Map<String, long[]> spent = new HashMap<>();

  SharedSpending(Calls calls, String own, String kind) {
    this.calls = calls;
    this.own = own;
    this.kind = kind;
    calls.hear(kind, this::heard);
  }

  /** Says what takes from this node's buckets what others gave. */
  void chargeWith(BiConsumer<String, long[]> charger) {
    charge = charger;
  }

  @Override
  public synchronized void spent(String account, long... amounts) {
    long[] sum = spent.get(account);
    if (sum != null) {
      for (int i = 0; i < amounts.length; i++) {
        sum[i] += amounts[i];
      }
    } else if (spent.size() < MAX_ACCOUNTS && account.length() <= 1000) {
      spent.put(account, amounts.clone());
    }
  }

  /** Tells what was given since the last time. */
  void tell() {
    Map<String, long[]> all;
    synchronized (this) {
      if (spent.isEmpty()) {
        return;
      }
      all = spent;
      spent = new HashMap<>();
    }
    ByteBuffer message = ByteBuffer.allocate(PER_MESSAGE * 4096);
    int count = 0;
    for (Map.Entry<String, long[]> entry : all.entrySet()) {
      byte[] account = entry.getKey().getBytes(StandardCharsets.UTF_8);
      message.putShort((short) account.length).put(account).put((byte) entry.getValue().length);
      for (long amount : entry.getValue()) {
        message.putLong(amount);
      }
      if (++count % PER_MESSAGE == 0) {
        send(message);
      }
    }
    send(message);
  }

  private void send(ByteBuffer message) {
    byte[] body = new byte[message.position()];
    message.flip().get(body);
    message.clear();
    if (body.length > 0) {
      var unused = calls.tell(kind, body);
    }
  }

  private void heard(Message message) {
    BiConsumer<String, long[]> charger = charge;
    if (charger == null || message.from().equals(own)) {
      return;
    }
    ByteBuffer body = ByteBuffer.wrap(message.body());
    while (body.hasRemaining()) {
      byte[] account = new byte[body.getShort()];
      body.get(account);
      long[] amounts = new long[Math.min(MAX_AMOUNTS, body.get())];
      for (int i = 0; i < amounts.length; i++) {
        amounts[i] = Math.max(0, body.getLong());
      }
      try {
        charger.accept(new String(account, StandardCharsets.UTF_8), amounts);
      } catch (IllegalArgumentException other) {
        log.warn("node {} counts what this one doesn't know", message.from(), other);
      }
    }
  }
}
