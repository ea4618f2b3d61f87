package io.sluice.presence;

import io.sluice.event.PresenceChannel;
import io.sluice.hub.Hub;
import io.sluice.hub.StreamFigures;
import io.sluice.hub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is there: takes the streams of a hub for the members of the channels that they name. A
 * pattern watches and doesn't enter.
 *
 * <p>Thread-safe.
 */
public final class Presence implements StreamObserver {

  /** More streams in channels than this, and further ones aren't counted. */
  private static final int MAX_MEMBERSHIPS = 1_000_000;

  private final PresenceOptions options;
  private final Function<StreamFigures, @Nullable Member> members;
  private final Attendance attendance;

  // Streams that are members of something, by id. One stream's entry is written on its loop alone.
  private final ConcurrentHashMap<String, Membership> memberships = new ConcurrentHashMap<>();

  private final AtomicInteger taken = new AtomicInteger();
  private final LongAdder refused = new LongAdder();

  private record Membership(Member member, List<String> channels) {}

  private Presence(
      PresenceOptions options,
      Function<StreamFigures, @Nullable Member> members,
      Attendance attendance) {
    this.options = options;
    this.members = members;
    this.attendance = attendance;
  }

  /**
   * Tells who is in a hub's channels from now on; to be called before there are streams.
   *
   * @param members says who is behind a stream; null for one who is nobody's member
   */
  public static Presence of(
      Hub hub, PresenceOptions options, Function<StreamFigures, @Nullable Member> members) {
    return of(hub, options, members, Attendance.local(hub, options));
  }

  /**
   * The same with the attendance of several hubs.
   *
   * @param attendance is told of this hub's members
   */
  public static Presence of(
      Hub hub,
      PresenceOptions options,
      Function<StreamFigures, @Nullable Member> members,
      Attendance attendance) {
    Presence presence = new Presence(options, members, attendance);
    hub.streams().observe(presence);
    return presence;
  }

  /** Whether it is told who is in a channel. */
  public boolean concerns(String channel) {
    return options.concern(channel);
  }

  /**
   * Who is in a channel.
   *
   * @return completes on any thread
   */
  public CompletableFuture<Present> present(String channel) {
    return attendance.present(channel);
  }

  /** Figures at this moment. */
  public PresenceFigures figures() {
    return new PresenceFigures(attendance.rooms(), taken.get(), attendance.told(), refused.sum());
  }

  @Override
  public void opened(StreamFigures stream) {
    moved(stream);
  }

  @Override
  public void changed(StreamFigures stream) {
    moved(stream);
  }

  @Override
  public void closed(StreamFigures stream) {
    Membership last = memberships.remove(stream.id());
    if (last != null) {
      taken.addAndGet(-last.channels.size());
      last.channels.forEach(channel -> attendance.leave(channel, last.member));
    }
  }

  private void moved(StreamFigures stream) {
    List<String> channels = new ArrayList<>();
    for (String channel : stream.channels()) {
      if (PresenceChannel.is(channel)) {
        attendance.watch(channel);
      } else if (channel.indexOf('*') < 0 && options.concern(channel)) {
        channels.add(channel);
      }
    }
    Membership before = memberships.get(stream.id());
    if (channels.isEmpty() && before == null) {
      return;
    }
    Member member = before == null ? members.apply(stream) : before.member;
    if (member == null) {
      return;
    }
    int more = channels.size() - (before == null ? 0 : before.channels.size());
    if (taken.addAndGet(more) > MAX_MEMBERSHIPS && more > 0) {
      taken.addAndGet(-more);
      refused.increment();
      return;
    }
    // What stays is entered before it is left: nobody is gone in between.
    channels.forEach(channel -> attendance.enter(channel, member));
    if (before != null) {
      before.channels.forEach(channel -> attendance.leave(channel, member));
    }
    if (channels.isEmpty()) {
      memberships.remove(stream.id());
    } else {
      memberships.put(stream.id(), new Membership(member, channels));
    }
  }
}
