package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.hub.ModelHub.Published;
import io.sluice.log.MemoryLog;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.EventStreamListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds one connection against the model, frame by frame as its outlet takes them: each frame that
 * carries an id moves the position, and everything passed by must have an excuse.
 */
final class StreamCheck implements EventStreamListener {

  private static final JsonMapper JSON = new JsonMapper();

  /** A gap that said how many events are missing, until all of them have been passed by. */
  private static final class Bill {
    final long missed;
    final long upTo;
    long skipped;

    Bill(long missed, long upTo) {
      this.missed = missed;
      this.upTo = upTo;
    }
  }

  private final ModelHub model;
  private final MemoryLog log;
  private final Origin origin;
  private final Subscription first;
  private final BooleanSupplier neverCleaned;

  // What the model said when the connection was opened.
  private final long headAtOpen;
  private final Map<String, Long> floorsAtOpen;
  private final NavigableSet<Long> retainedAtOpen;
  private final NavigableSet<Long> expectedAtOpen;
  private final long forgottenAtOpen;
  private final @Nullable EventId cameWith;

  private Subscription wanted;
  private long position = -1;
  private boolean isConnected;
  private boolean gapDue;
  private boolean gapTold;
  private @Nullable Boolean resumed;
  private long nextDue;
  private @Nullable Bill bill;
  private final Map<String, Long> lostTold = new HashMap<>();
  private final Map<String, Long> lostOfPast = new HashMap<>();
  private long forgottenTold;
  private String channelLine = "";
  private final ArrayDeque<Subscription> changes = new ArrayDeque<>();

  /** The past of channels that were added: what is still expected of each change. */
  private final ArrayDeque<ArrayDeque<Long>> backfills = new ArrayDeque<>();

  private boolean anyChange;
  private boolean mayTellAgain;
  private final Set<Long> delivered = new HashSet<>();

  /** From here on it has ridden and taken all that it was offered; -1 if it hasn't. */
  private long healthySince = -1;

  private boolean disturbed;

  StreamCheck(
      ModelHub model,
      MemoryLog log,
      StreamRequest request,
      long sinceMillis,
      BooleanSupplier neverCleaned) {
    this.model = model;
    this.log = log;
    this.origin = request.origin();
    this.first = request.subscription();
    this.wanted = first;
    this.neverCleaned = neverCleaned;
    this.headAtOpen = model.head();
    this.floorsAtOpen = model.floors();
    this.forgottenAtOpen = model.forgotten();
    this.retainedAtOpen = model.retained();
    this.cameWith = origin instanceof Origin.After after ? after.id() : null;
    this.expectedAtOpen = expected(origin, first, retainedAtOpen, sinceMillis);
    if (isReset()) {
      gapDue = true;
    }
  }

  private NavigableSet<Long> expected(
      Origin from, Subscription of, NavigableSet<Long> retained, long sinceMillis) {
    return switch (from) {
      case Origin.Live live -> new TreeSet<>();
      case Origin.Unknown unknown -> retained;
      case Origin.Earliest earliest -> retained;
      case Origin.After after ->
          isOurs(after.id(), model.head())
              ? retained.tailSet(after.id().sequence(), false)
              : retained;
      case Origin.Last last -> model.lastOf(retained, last.count(), of);
      case Origin.Since since -> {
        NavigableSet<Long> young = new TreeSet<>(retained);
        young.removeIf(sequence -> model.event(sequence).timeMillis() < sinceMillis);
        yield young;
      }
    };
  }

  private boolean isOurs(EventId id, long head) {
    return id.epoch().equals(log.epoch()) && id.sequence() <= head;
  }

  private boolean isReset() {
    return origin instanceof Origin.Unknown || (cameWith != null && !isOurs(cameWith, headAtOpen));
  }

  // ---- what the schedule tells

  /** It stands at the head of its loop: from now on it keeps up, until it is disturbed. */
  void rides() {
    if (!disturbed && healthySince < 0) {
      healthySince = model.head();
    }
  }

  /** It took less than it was offered. */
  void disturbed() {
    disturbed = true;
  }

  /** Its subscription was changed at its cursor. */
  void changed(
      Subscription next, List<ChannelPattern> added, Origin since, long at, long sinceMillis) {
    disturbed = true;
    Subscription before = changes.isEmpty() ? wanted : changes.getLast();
    changes.add(next);
    mayTellAgain |= !added.isEmpty(); // what was lost of the new channels, and of the others too
    for (ArrayDeque<Long> backfill : backfills) {
      backfill.removeIf(
          sequence -> {
            Published event = model.event(sequence);
            return !next.matches(event.channel()) || !next.accepts(event.type());
          });
    }
    if (!(since instanceof Origin.Live) && !added.isEmpty()) {
      Subscription only = Subscription.of(added, next.types());
      ArrayDeque<Long> sequences = new ArrayDeque<>();
      NavigableSet<Long> past = expected(since, only, model.retained(), sinceMillis);
      for (long sequence : past) {
        Published event = model.event(sequence);
        if (sequence <= at
            && only.matches(event.channel())
            && only.accepts(event.type())
            && !before.matches(event.channel())) {
          sequences.add(sequence);
        }
      }
      backfills.add(sequences);
    }
  }

  /** All is taken that there is: nothing may be missing up to the head. */
  void complete() {
    check(isConnected, "was never connected");
    check(!gapDue, "a gap is due and wasn't told");
    check(changes.isEmpty(), "a change wasn't told: ", changes);
    finishBackfills();
    advance(model.head());
  }

  long position() {
    return position;
  }

  // ---- what stands in the frames

  @Override
  public void field(String name, String value) {
    if (name.equals("channel")) {
      channelLine = value;
    }
  }

  @Override
  public void position(String text) {
    EventId id = idOf(text);
    check(isConnected && !gapDue, "a heartbeat before its time: ", text);
    check(changes.isEmpty(), "a heartbeat before a change was told: ", text);
    finishBackfills();
    check(id.epoch().equals(log.epoch()), "a heartbeat of another epoch: ", text);
    advance(id.sequence());
  }

  @Override
  public void event(String text, String type, String data) {
    EventId id = idOf(text);
    String channel = channelLine;
    channelLine = "";
    switch (type) {
      case "connected" -> connected(id, JSON.readTree(data));
      case "gap" -> gap(id, JSON.readTree(data));
      case "subscription" -> subscription(id, JSON.readTree(data));
      case "heartbeat" -> position(text);
      default -> delivered(id, channel, type.equals("message") ? null : type, data);
    }
  }

  private EventId idOf(String text) {
    EventId id = EventId.parse(text);
    if (id == null) {
      throw new AssertionError("not an id: " + text);
    }
    return id;
  }

  private void connected(EventId id, JsonNode json) {
    check(!isConnected, "connected twice");
    isConnected = true;
    resumed = json.has("resumed") ? json.get("resumed").asBoolean() : null;
    boolean resume = origin instanceof Origin.After || origin instanceof Origin.Unknown;
    check(resume == (resumed != null), "resumed is there only for a resume: ", json);
    if (cameWith != null) {
      check(id.equals(cameWith), "connected with ", id, " who came with ", cameWith);
    } else {
      check(id.epoch().equals(log.epoch()), "connected with another epoch: ", id);
    }
    if (isReset()) {
      check(Boolean.FALSE.equals(resumed), "a reset isn't whole");
      position = 0;
    } else {
      position = id.sequence();
      resumeOrBegin(id);
    }
  }

  private void resumeOrBegin(EventId id) {
    if (cameWith != null) {
      boolean must = mustTellOnResume();
      boolean may = mayTellOnResume();
      check(!must || Boolean.FALSE.equals(resumed), "a resume that lost events calls itself whole");
      check(may || Boolean.TRUE.equals(resumed), "a resume that lost nothing isn't whole: ", id);
      gapDue = Boolean.FALSE.equals(resumed);
    } else if (origin instanceof Origin.Live) {
      check(id.sequence() == headAtOpen, "a live stream begins at the head, not at ", id);
    } else {
      for (long sequence : expectedAtOpen) {
        check(
            sequence > position || !isWanted(model.event(sequence)),
            "connected passes by ",
            sequence,
            ": ",
            id);
      }
    }
  }

  private boolean mustTellOnResume() {
    for (Published event : model.matching(first, position, headAtOpen)) {
      if (!event.isTransient() && !retainedAtOpen.contains(event.sequence())) {
        return true;
      }
    }
    return false;
  }

  private boolean mayTellOnResume() {
    if (forgottenAtOpen > position) {
      return true;
    }
    return floorsAtOpen.entrySet().stream()
        .anyMatch(floor -> first.matches(floor.getKey()) && floor.getValue() > position);
  }

  private void subscription(EventId id, JsonNode json) {
    check(isConnected, "subscription before connected");
    Subscription told = changes.poll();
    check(told != null, "a change that nobody made");
    List<String> channels = new ArrayList<>();
    json.get("channels").forEach(each -> channels.add(each.asString()));
    List<String> types = new ArrayList<>();
    json.get("types").forEach(each -> types.add(each.asString()));
    check(
        channels.equals(told.channels()) && types.equals(told.types()),
        "told ",
        json,
        " of ",
        told);
    if (gapDue) {
      check(isBeforeGap(id), "a subscription must not swallow the gap that is due: ", id);
    } else {
      advance(id.sequence());
    }
    wanted = told;
    anyChange = true;
    // What a gap named and counted was of the subscription before.
    nextDue = 0;
    bill = null;
  }

  private boolean isBeforeGap(EventId id) {
    return cameWith == null ? id.sequence() == 0 : id.equals(cameWith);
  }

  private void delivered(EventId id, String channel, @Nullable String type, String data) {
    Published event = find(data);
    check(isConnected, "before its time: ", event);
    check(
        channel.equals(event.channel())
            && java.util.Objects.equals(type, event.type())
            && data.equals(event.data()),
        "is not as it was published: ",
        event);
    check(isWanted(event), "isn't wanted by ", wanted, ": ", event);
    check(delivered.add(event.sequence()) || anyChange, "delivered twice: ", event);
    if (event.sequence() != id.sequence() || !backfills.isEmpty()) {
      backfilled(id, event);
      return;
    }
    check(!gapDue, "before the gap that is due: ", event);
    check(event.sequence() > position, "goes back from ", position, ": ", event);
    check(
        nextDue == 0 || nextDue == event.sequence() || mayGo(nextDue),
        "after a gap that named ",
        nextDue,
        ": ",
        event);
    nextDue = 0;
    if (event.sequence() <= headAtOpen && first.matches(event.channel())) {
      check(
          expectedAtOpen.contains(event.sequence()) || anyChange,
          "a resume reaches what isn't retained: ",
          event);
    }
    advance(event.sequence() - 1);
    position = event.sequence();
    settleBill();
  }

  private Published find(String data) {
    int end = data.indexOf(' ');
    long sequence = Long.parseLong(data.substring(0, end));
    return model.event(sequence);
  }

  private void backfilled(EventId id, Published event) {
    while (!backfills.isEmpty()) {
      ArrayDeque<Long> expected = backfills.getFirst();
      while (!expected.isEmpty() && mayMiss(expected.getFirst())) {
        if (expected.getFirst() == event.sequence()) {
          break;
        }
        expected.remove();
      }
      if (!expected.isEmpty() && expected.getFirst() == event.sequence()) {
        check(
            gapDue ? isBeforeGap(id) : id.sequence() == position,
            "backfill carries the stream's own id, not ",
            id);
        expected.remove();
        return;
      }
      check(expected.isEmpty(), "backfill lacks ", expected.peek(), " before ", event);
      backfills.remove();
    }
    check(id.sequence() == event.sequence(), "isn't backfill that is expected: ", event);
    delivered.remove(event.sequence());
    delivered(id, event.channel(), event.type(), event.data());
  }

  private boolean mayMiss(long sequence) {
    Published event = model.event(sequence);
    return sequence <= lostOfPast.getOrDefault(event.channel(), 0L);
  }

  private void finishBackfills() {
    for (ArrayDeque<Long> backfill : backfills) {
      for (long sequence : backfill) {
        check(mayMiss(sequence), "backfill lacks ", model.event(sequence));
      }
    }
    backfills.clear();
  }

  // ---- gaps

  private void gap(EventId id, JsonNode json) {
    check(isConnected, "a gap before connected");
    String reason = json.get("reason").asString();
    EventId after = idOf(json.get("after").asString());
    long missed = json.has("missed") ? json.get("missed").asLong() : -1;
    Map<String, Long> lost = model.lost(log);
    boolean still = gapDue ? isBeforeGap(id) : id.sequence() == position;
    if (anyChange && still && !json.has("next") && !reason.equals("reset")) {
      lost.forEach((channel, sequence) -> lostOfPast.merge(channel, sequence, Math::max));
      return;
    }
    check(id.epoch().equals(log.epoch()) && id.sequence() >= position, "a gap goes back: ", json);
    if (gapDue) {
      check(reason.equals(isReset() ? "reset" : "evicted"), "a gap on resuming: ", json);
      check(cameWith == null || after.equals(cameWith), "a gap after another id: ", json);
    } else {
      check(reason.equals("slow"), "a gap on a live stream: ", json);
      check(after.sequence() >= position, "a gap after what was held: ", json);
      check(healthySince < 0 || disturbed, "a gap for one who keeps up: ", json);
      checkSomethingIsNewlyLost(after.sequence(), lost, json);
    }
    if (gapDue && !isReset() && neverCleaned.getAsBoolean()) {
      check(missed >= 0, "the hub knows how many are missing: ", json);
    }
    bill = bill(bill == null && !anyChange ? missed : -1, lost);
    gapDue = false;
    gapTold = true;
    tellLost(lost);
    nextDue = 0;
    advance(id.sequence());
    if (json.has("next")) {
      nextDue = idOf(json.get("next").asString()).sequence();
      check(nextDue > position, "a gap whose next event is before it: ", json);
    }
  }

  private void tellLost(Map<String, Long> lost) {
    lost.forEach(
        (channel, sequence) -> {
          if (wanted.matches(channel)) {
            lostTold.merge(channel, sequence, Math::max);
          }
        });
    forgottenTold = Math.max(forgottenTold, model.forgotten());
  }

  private void checkSomethingIsNewlyLost(long after, Map<String, Long> lost, JsonNode json) {
    if (mayTellAgain) {
      mayTellAgain = false;
      return;
    }
    boolean any = model.forgotten() > Math.max(after, forgottenTold);
    for (Map.Entry<String, Long> each : lost.entrySet()) {
      any |=
          wanted.matches(each.getKey())
              && each.getValue() > Math.max(after, lostTold.getOrDefault(each.getKey(), 0L));
    }
    check(any, "a gap although nothing was lost that wasn't told: ", json);
  }

  private Bill bill(long missed, Map<String, Long> lost) {
    long upTo = 0;
    for (Map.Entry<String, Long> each : lost.entrySet()) {
      if (wanted.matches(each.getKey())) {
        upTo = Math.max(upTo, each.getValue());
      }
    }
    if (gapDue) {
      for (Map.Entry<String, Long> each : floorsAtOpen.entrySet()) {
        if (wanted.matches(each.getKey())) {
          upTo = Math.max(upTo, each.getValue());
        }
      }
    }
    return new Bill(missed, upTo);
  }

  private void settleBill() {
    Bill due = bill;
    if (due != null && position >= due.upTo) {
      bill = null;
      if (due.missed < 0) {
        return; // not known, or not to be told from that of another gap
      }
      boolean exact = wanted.types().isEmpty();
      check(
          exact ? due.skipped == due.missed : due.skipped <= due.missed,
          "a gap told of ",
          due.missed,
          " events, and ",
          due.skipped,
          " were missing");
    }
  }

  // ---- passing by

  // Between the gap and the event that it named, a stream may have been without room for so long
  // that the event went; of a transient one nobody is told.
  private boolean mayGo(long sequence) {
    return model.event(sequence).isTransient();
  }

  private boolean isWanted(Published event) {
    return wanted.matches(event.channel()) && wanted.accepts(event.type());
  }

  private void advance(long to) {
    check(to >= position, "goes back from ", position, " to ", to);
    check(to <= model.head(), "goes past the head to ", to);
    for (Published event : model.matching(wanted, position, to)) {
      check(
          nextDue != event.sequence() || event.isTransient(),
          "passes by what a gap named as next: ",
          event);
      String excuse = excuse(event);
      check(excuse != null, "is missing, and no gap told of it: ", event);
      Bill open = bill;
      if (open != null && excuse != null && excuse.equals("told")) {
        open.skipped++;
      }
    }
    position = to;
    settleBill();
  }

  private @Nullable String excuse(Published event) {
    boolean past = event.sequence() <= headAtOpen;
    if (past && !expectedAtOpen.contains(event.sequence())) {
      if (event.isTransient()) {
        return "not replayed";
      }
      if (cameWith == null || isReset() || anyChange) {
        return "not asked for";
      }
      return gapTold ? "told" : null;
    }
    if (event.sequence() <= lostTold.getOrDefault(event.channel(), 0L)) {
      return "told";
    }
    if (past || !event.isTransient()) {
      return null;
    }
    boolean keptUp = !disturbed && healthySince >= 0 && event.sequence() > healthySince;
    return keptUp || (neverCleaned.getAsBoolean() && !anyChange) ? null : "transient";
  }

  // What it says is put together only when it is needed: this is called for every frame.
  private void check(boolean holds, Object... says) {
    if (holds) {
      return;
    }
    StringBuilder message = new StringBuilder();
    for (Object part : says) {
      message.append(part);
    }
    throw new AssertionError(
        message
            + "; at "
            + position
            + ", head "
            + model.head()
            + ", opened at "
            + headAtOpen
            + " with "
            + origin
            + " for "
            + first
            + (wanted.equals(first) ? "" : ", now " + wanted));
  }
}
