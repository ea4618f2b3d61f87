package io.sluice.server;

import io.sluice.access.Revocations;
import io.sluice.hub.StreamFigures;
import io.sluice.hub.StreamObserver;
import io.sluice.hub.Streams;
import io.sluice.wire.Control;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that are somebody's: they end when that identity expires or is revoked, and give back
 * their place when they end.
 *
 * <p>Thread-safe.
 */
final class OwnedStreams implements StreamObserver {

  private final Streams streams;
  private final Revocations revocations;
  private final ConcurrentHashMap<String, StreamOwner> owners = new ConcurrentHashMap<>();

  // Ids of streams by the second from which they may not go on. Guarded by itself. A stream that
  // ends before is taken out: who reconnects all day with one token would fill the memory.
  private final TreeMap<Long, Set<String>> expiring = new TreeMap<>();

  OwnedStreams(Streams streams, Revocations revocations) {
    this.streams = streams;
    this.revocations = revocations;
  }

  @Override
  public void opened(StreamFigures stream) {
    if (!(stream.owner() instanceof StreamOwner owner)) {
      return;
    }
    owners.put(stream.id(), owner);
    Instant expires = owner.identity().expires();
    if (expires != null) {
      synchronized (expiring) {
        expiring.computeIfAbsent(second(expires), s -> new HashSet<>()).add(stream.id());
      }
    }
    // It stands among the owners now. What was revoked before that has not found it there.
    if (revocations.isRevoked(owner.identity())) {
      streams.expire(stream.id(), Control.Expiry.REVOKED);
    }
  }

  @Override
  public void closed(StreamFigures stream) {
    StreamOwner owner = owners.remove(stream.id());
    if (owner == null) {
      return;
    }
    Instant expires = owner.identity().expires();
    if (expires != null) {
      synchronized (expiring) {
        long second = second(expires);
        Set<String> others = expiring.get(second);
        if (others != null && others.remove(stream.id()) && others.isEmpty()) {
          expiring.remove(second);
        }
      }
    }
    if (owner.lease() != null) {
      owner.lease().close();
    }
  }

  /** Ends those whose identity has expired by now. */
  void expire(Instant now) {
    List<String> expired = new ArrayList<>();
    synchronized (expiring) {
      var due = expiring.headMap(now.getEpochSecond(), true);
      due.values().forEach(expired::addAll);
      due.clear();
    }
    expired.forEach(id -> streams.expire(id, Control.Expiry.TOKEN));
  }

  /** Ends those whose identity is revoked by now. */
  void endRevoked() {
    owners.forEach(
        (id, owner) -> {
          if (revocations.isRevoked(owner.identity())) {
            streams.expire(id, Control.Expiry.REVOKED);
          }
        });
  }

  /** How many are open. */
  int size() {
    return owners.size();
  }

  // Rounded up: no stream ends before its token does.
  private static long second(Instant expires) {
    return expires.getNano() == 0 ? expires.getEpochSecond() : expires.getEpochSecond() + 1;
  }
}
