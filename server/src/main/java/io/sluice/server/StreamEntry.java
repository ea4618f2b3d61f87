package io.sluice.server;

import io.sluice.hub.CloseReason;
import io.sluice.hub.Hub;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import io.sluice.hub.StreamOpener;
import io.sluice.hub.StreamRequest;
import io.sluice.wire.Control;
import io.sluice.wire.Frames;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How an event stream begins over HTTP, whichever server it goes through: its head, and who is
 * turned away.
 *
 * <p>Thread-safe.
 */
public final class StreamEntry {

  /** The header with which a client says what it had last. */
  public static final String LAST_EVENT_ID = "Last-Event-ID";

  private static final long MAX_RETRY_SPREAD_MILLIS = 10_000;
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(5);

  private final Hub hub;

  /** Lets streams into a hub. */
  public StreamEntry(Hub hub) {
    this.hub = hub;
  }

  /** The header fields of every stream, in order; its status is 200. */
  public static Map<String, String> head() {
    Map<String, String> head = new LinkedHashMap<>();
    head.put("Content-Type", "text/event-stream");
    head.put("Cache-Control", "no-cache, no-transform");
    head.put("X-Accel-Buffering", "no"); // or nginx keeps events until its buffer is full
    return Collections.unmodifiableMap(head);
  }

  /**
   * Refuses streams where there are as many as may be.
   *
   * @throws RefusedException with 503 {@code too-many-connections}
   */
  public void checkRoom() {
    int most = hub.options().maxStreams();
    // A hub that stops refuses nobody: see open.
    if (!hub.isDraining() && hub.streams().size() >= most) {
      throw new RefusedException(
          Problem.unavailable(
              "too-many-connections",
              "this hub holds " + most + " streams, and no more",
              RETRY_WHEN_FULL));
    }
  }

  /**
   * Opens a stream; or, while the hub stops, tells it when to come back, and ends it: a native
   * EventSource never comes back after an error status. To be called on the outlet's loop.
   *
   * @param request what it asks for; it passes {@link Hub#check}
   * @return whose the outlet is from now on
   */
  public OutletOwner open(StreamOpener opener, StreamRequest request, Outlet outlet) {
    return hub.isDraining() ? turnAway(outlet, null) : opener.open(request, outlet);
  }

  OutletOwner turnAway(Outlet outlet, Control.@Nullable Rejected why) {
    long spread = ThreadLocalRandom.current().nextLong(MAX_RETRY_SPREAD_MILLIS);
    Duration least = hub.options().stream().retry();
    if (why != null && why.retryAfter().compareTo(least) > 0) {
      least = why.retryAfter();
    }
    Frames frames = new Frames(512);
    Control retry = new Control.Retry(least.plusMillis(spread));
    frames.add(0, retry, retry.encode());
    if (why != null) {
      frames.add(0, why, why.encode());
    }
    outlet.write(frames, 0);
    outlet.end();
    return Nobody.INSTANCE;
  }

  /** Owns the outlet of a stream that was turned away. */
  private enum Nobody implements OutletOwner {
    INSTANCE;

    @Override
    public void drained() {}

    @Override
    public void disconnected(CloseReason reason) {}
  }
}
