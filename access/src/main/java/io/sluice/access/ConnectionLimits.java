package io.sluice.access;

import io.sluice.access.SharedPlaces.Claim;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts open streams: in all, of each subject, and from each address (of IPv6, its first 64 bits).
 * What it remembers is bounded by the streams that are open.
 *
 * <p>Of several nodes, each counts its own; what a subject or an address may have holds for all of
 * them together, as far as {@link SharedPlaces} can be asked. How many there may be in all is each
 * node's own matter.
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

  private static final CompletableFuture<Integer> NONE_OVER = CompletableFuture.completedFuture(-1);

  private final Bounds bounds;
  private final @Nullable SharedPlaces shared;

  // Guarded by this. An account that has nothing open isn't there.
  private final Map<Account, Integer> openByAccount = new HashMap<>();
  private int open;

  public ConnectionLimits(Bounds bounds) {
    this(bounds, null);
  }

  /**
   * @param shared counts over all nodes; null for a node that is alone
   */
  public ConnectionLimits(Bounds bounds, @Nullable SharedPlaces shared) {
    this.bounds = bounds;
    this.shared = shared;
  }

  /**
   * Opens one more, if there is room for it.
   *
   * @return a {@link Lease} that must be closed when the stream ends, or {@link Exceeded}; done at
   *     once on a node that is alone, and never failed
   */
  public CompletableFuture<Admission> open(Identity who, InetAddress address) {
    Account subject = bounds.perSubject == UNBOUNDED ? null : Account.ofSubject(who);
    Account block =
        bounds.perAddress == UNBOUNDED ? null : new Account.Address(AddressBlock.of(address));
    List<Claim> claims = new ArrayList<>(2);
    CompletableFuture<Integer> over = NONE_OVER;
    synchronized (this) {
      if (open >= bounds.inAll) {
        return CompletableFuture.completedFuture(
            new Exceeded(
                Exceeded.FULL,
                "this server holds " + bounds.inAll + " streams, and no more",
                RETRY));
      }
      if (count(subject) >= bounds.perSubject) {
        return CompletableFuture.completedFuture(tooMany(bounds.perSubject, subject));
      }
      if (count(block) >= bounds.perAddress) {
        return CompletableFuture.completedFuture(tooMany(bounds.perAddress, block));
      }
      open++;
      add(subject, 1);
      add(block, 1);
      if (shared != null) {
        claim(claims, subject, bounds.perSubject);
        claim(claims, block, bounds.perAddress);
        // Under the lock: what is said of an account must come in the order in which it was so.
        over = claims.isEmpty() ? NONE_OVER : shared.take(claims);
      }
    }
    Lease lease = new Lease(this, subject, block);
    return over.thenApply(
        index -> {
          if (index < 0) {
            return lease;
          }
          Claim claim = claims.get(index);
          lease.close();
          return tooMany(claim.bound(), Account.parse(claim.account()));
        });
  }

  private void claim(List<Claim> claims, @Nullable Account account, int bound) {
    if (account != null) {
      claims.add(new Claim(account.code(), count(account), bound));
    }
  }

  /** Tells what this node has of each account that is counted; what changes meanwhile waits. */
  public synchronized void all(Consumer<Map<String, Integer>> told) {
    Map<String, Integer> all = new HashMap<>();
    openByAccount.forEach((account, count) -> all.put(account.code(), count));
    told.accept(all);
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
    give(subject);
    give(block);
  }

  private void give(@Nullable Account account) {
    if (shared != null && account != null) {
      shared.give(account.code(), count(account));
    }
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

  private static Exceeded tooMany(int bound, @Nullable Account account) {
    return new Exceeded(
        account instanceof Account.Address
            ? "too-many-connections-from-address"
            : "too-many-connections-of-subject",
        account + " has " + bound + " streams open, and may have no more",
        RETRY);
  }
}
