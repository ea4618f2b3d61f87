package io.sluice.access;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts open streams: in all, of each subject, and from each address (of IPv6, its first 64 bits).
 * What it remembers is bounded by the streams that are open.
 *
 * <p>Thread-safe.
 */
public final class ConnectionLimits {

  /** Stands for a bound that isn't there. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  private static final Duration RETRY = Duration.ofSeconds(5);

  /**
   * How many streams may be open at the same time.
   *
   * @param inAll 1 or more
   * @param perSubject 1 or more, or {@link #UNBOUNDED}
   * @param perAddress 1 or more, or {@link #UNBOUNDED}
   */
  public record Bounds(int inAll, int perSubject, int perAddress) {

    /**
     * @throws IllegalArgumentException if one is less than 1
     */
    public Bounds {
      if (inAll < 1 || perSubject < 1 || perAddress < 1) {
        throw new IllegalArgumentException(
            "bounds must be at least 1: " + inAll + ", " + perSubject + ", " + perAddress);
      }
    }
  }

  private final Bounds bounds;

  // Guarded by this. An account that has nothing open isn't there.
  private final Map<Account, Integer> openByAccount = new HashMap<>();
  private int open;

  public ConnectionLimits(Bounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Opens one more, if there is room for it.
   *
   * @return a {@link Lease} that must be closed when the stream ends, or {@link Exceeded}
   */
  public Admission open(Identity who, InetAddress address) {
    Account subject = bounds.perSubject == UNBOUNDED ? null : Account.ofSubject(who);
    Account block =
        bounds.perAddress == UNBOUNDED ? null : new Account.Address(AddressBlock.of(address));
    synchronized (this) {
      if (open >= bounds.inAll) {
        return new Exceeded(
            Exceeded.FULL, "this server holds " + bounds.inAll + " streams, and no more", RETRY);
      }
      if (count(subject) >= bounds.perSubject) {
        return tooMany("too-many-connections-of-subject", bounds.perSubject, subject);
      }
      if (count(block) >= bounds.perAddress) {
        return tooMany("too-many-connections-from-address", bounds.perAddress, block);
      }
      open++;
      add(subject, 1);
      add(block, 1);
    }
    return new Lease(this, subject, block);
  }

  /** How many are open. */
  public synchronized int open() {
    return open;
  }

  /** How many subjects and addresses have something open. */
  synchronized int accounts() {
    return openByAccount.size();
  }

  synchronized void close(@Nullable Account subject, @Nullable Account block) {
    open--;
    add(subject, -1);
    add(block, -1);
  }

  private int count(@Nullable Account account) {
    return account == null ? 0 : openByAccount.getOrDefault(account, 0);
  }

  private void add(@Nullable Account account, int more) {
    if (account == null) {
      return;
    }
    int now = count(account) + more;
    if (now == 0) {
      openByAccount.remove(account);
    } else {
      openByAccount.put(account, now);
    }
  }

  private static Exceeded tooMany(String code, int bound, @Nullable Account account) {
    return new Exceeded(
        code, account + " has " + bound + " streams open, and may have no more", RETRY);
  }
}
