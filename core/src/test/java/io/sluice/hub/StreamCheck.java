package io.sluice.hub;

import io.sluice.event.EventId;
import io.sluice.hub.ModelHub.Published;
import io.sluice.subscription.Subscription;
import io.sluice.wire.EventStreamListener;
import io.sluice.wire.GzipData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds one connection against the model, frame by frame as its outlet takes them: each frame that
 * carries an id moves the position, and everything passed by must have an excuse.
 */
final class StreamCheck implements EventStreamListener {

  private static final JsonMapper JSON = new JsonMapper();

  private final ModelHub model;
  private final Stage stage;
  private final Beginning beginning;
  private final ToldLosses losses;
  private final Packing packing;
  private final ExpectedBackfills backfills;

  private Subscription wanted;
  private long position = -1;
  private boolean isConnected;
  private boolean gapDue;
  private boolean gapTold;
  private long nextDue;
  private String channelLine = "";
  private final ArrayDeque<Subscription> changes = new ArrayDeque<>();
  private final ArrayDeque<Long> changedAt = new ArrayDeque<>();

  private boolean anyChange;
  private boolean mayTellAgain;
  private final Set<Long> delivered = new HashSet<>();

  /** From here on it has ridden and taken all that it was offered; -1 if it hasn't. */
  private long healthySince = -1;

  private boolean disturbed;

  StreamCheck(Stage stage, StreamRequest request, long sinceMillis) {
    this.stage = stage;
    this.model = stage.model;
    this.packing = request.packing();
    this.beginning = new Beginning(model, request, sinceMillis);
    this.losses = new ToldLosses(model, this::fail);
    this.backfills = new ExpectedBackfills(model, this::fail);
    this.wanted = beginning.wanted;
    this.gapDue = beginning.isReset;
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

  /**
   * Its subscription was changed.
   *
   * @param at where it stood
   */
  void changed(SubscriptionChange change, long at, long sinceMillis) {
    disturbed = true;
    Subscription before = changes.isEmpty() ? wanted : changes.getLast();
    Resubscription to = Resubscription.of(before, change);
    changes.add(to.next());
    changedAt.add(at);
    // What was lost of the new channels, and what waits to be told of those that it had before.
    mayTellAgain = true;
    backfills.changed(to, at, sinceMillis);
  }

  /** All is taken that there is: nothing may be missing up to the head. */
  void complete() {
    check(isConnected, "was never connected");
    check(!gapDue, "a gap is due and wasn't told");
    check(changes.isEmpty(), "a change wasn't told: ", changes);
    backfills.finish();
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
    backfills.finish();
    check(id.epoch().equals(model.epoch()), "a heartbeat of another epoch: ", text);
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
      case "batch" -> batch(id, JSON.readTree(data));
      default -> {
        check(!packing.isBatched(), "an event that isn't in a batch: ", text);
        delivered(id, channel, type.equals("message") ? null : type, data);
      }
    }
  }

  private void batch(EventId id, JsonNode json) {
    check(packing.isBatched(), "a batch that nobody wants: ", json);
    check(json.isArray() && !json.isEmpty(), "not a batch: ", json);
    for (JsonNode each : json) {
      delivered(
          idOf(each.get("id").asString()),
          each.get("channel").asString(),
          each.has("type") ? each.get("type").asString() : null,
          each.get("data").asString());
    }
    check(id.toString().equals(json.get(json.size() - 1).get("id").asString()), "not its last id");
    check(json.size() <= Packer.MAX_EVENTS, "a batch of ", json.size());
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
    Boolean resumed = json.has("resumed") ? json.get("resumed").asBoolean() : null;
    String wrong = beginning.refute(id, resumed);
    if (wrong != null) {
      fail(wrong);
    }
    check(json.has("encoding") == packing.gzip(), "says wrongly how it is encoded: ", json);
    gapDue = Boolean.FALSE.equals(resumed);
    position = beginning.isReset ? 0 : id.sequence();
  }

  private void subscription(EventId id, JsonNode json) {
    check(isConnected, "subscription before connected");
    Subscription told = changes.poll();
    check(told != null, "a change that nobody made");
    long at = changedAt.remove();
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
      check(beginning.isBeforeGap(id), "a subscription must not swallow the gap that is due: ", id);
      // It may have read on without finding anything: what is new to it begins there.
      position = Math.max(position, at);
    } else {
      advance(id.sequence());
    }
    wanted = told;
    anyChange = true;
    // What a gap named and counted was of the subscription before.
    nextDue = 0;
    losses.forgetCount();
  }

  private void delivered(EventId id, String channel, @Nullable String type, String encoded) {
    String data = decoded(encoded);
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
    if (beginning.isPast(event) && beginning.wanted.matches(event.channel())) {
      check(
          beginning.expected.contains(event.sequence()) || anyChange,
          "a resume reaches what isn't retained: ",
          event);
    }
    advance(event.sequence() - 1);
    position = event.sequence();
    losses.moved(position, wanted.types().isEmpty());
  }

  private String decoded(String data) {
    if (!packing.gzip() || !data.startsWith(GzipData.MARKER)) {
      return data;
    }
    byte[] member = Base64.getDecoder().decode(data.substring(GzipData.MARKER.length()));
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(member))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException wrong) {
      throw new AssertionError("not gzip: " + data, wrong);
    }
  }

  private Published find(String data) {
    int end = data.indexOf(' ');
    long sequence = Long.parseLong(data.substring(0, end));
    return model.event(sequence);
  }

  private void backfilled(EventId id, Published event) {
    if (backfills.take(event)) {
      check(
          gapDue ? beginning.isBeforeGap(id) : id.sequence() == position,
          "backfill carries the stream's own id, not ",
          id);
      return;
    }
    check(id.sequence() == event.sequence(), "isn't backfill that is expected: ", event);
    delivered.remove(event.sequence());
    delivered(id, event.channel(), event.type(), event.data());
  }

  // ---- gaps

  private void gap(EventId id, JsonNode json) {
    check(isConnected, "a gap before connected");
    String reason = json.get("reason").asString();
    EventId after = idOf(json.get("after").asString());
    long missed = json.has("missed") ? json.get("missed").asLong() : -1;
    Map<String, Long> lost = stage.lost();
    boolean still = gapDue ? beginning.isBeforeGap(id) : id.sequence() == position;
    if (anyChange && still && !json.has("next") && !reason.equals("reset")) {
      backfills.lost(lost);
      return;
    }
    check(id.epoch().equals(model.epoch()) && id.sequence() >= position, "a gap goes back: ", json);
    if (gapDue) {
      check(reason.equals(beginning.isReset ? "reset" : "evicted"), "a gap on resuming: ", json);
      check(
          beginning.cameWith == null || after.equals(beginning.cameWith),
          "a gap after another id: ",
          json);
    } else {
      check(reason.equals("slow"), "a gap on a live stream: ", json);
      check(after.sequence() >= position, "a gap after what was held: ", json);
      check(healthySince < 0 || disturbed, "a gap for one who keeps up: ", json);
      checkSomethingIsNewlyLost(after.sequence(), lost, json);
    }
    if (gapDue && !beginning.isReset && stage.neverCleaned()) {
      check(missed >= 0, "the hub knows how many are missing: ", json);
    }
    losses.count(anyChange ? -1 : missed, lastMissed(lost));
    gapDue = false;
    gapTold = true;
    losses.tell(lost, wanted);
    nextDue = 0;
    advance(id.sequence());
    if (json.has("next")) {
      nextDue = idOf(json.get("next").asString()).sequence();
      check(nextDue > position, "a gap whose next event is before it: ", json);
    }
  }

  private void checkSomethingIsNewlyLost(long after, Map<String, Long> lost, JsonNode json) {
    if (mayTellAgain || stage.racing) {
      mayTellAgain = false; // when racing, what is told now was lost before the last gap was read
      return;
    }
    check(
        losses.areNew(after, lost, wanted),
        "a gap although nothing was lost that wasn't told: ",
        json);
  }

  /** The newest sequence that a gap counts: past it the number must be true. */
  private long lastMissed(Map<String, Long> lost) {
    long upTo = gapDue ? beginning.floorOf(wanted) : 0;
    for (Map.Entry<String, Long> each : lost.entrySet()) {
      if (wanted.matches(each.getKey())) {
        upTo = Math.max(upTo, each.getValue());
      }
    }
    return upTo;
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
      if ("told".equals(excuse)) {
        losses.skipped();
      }
    }
    position = to;
    losses.moved(position, wanted.types().isEmpty());
  }

  private @Nullable String excuse(Published event) {
    boolean past = beginning.isPast(event);
    if (past && !beginning.expected.contains(event.sequence())) {
      if (event.isTransient()) {
        return "not replayed";
      }
      if (beginning.cameWith == null || beginning.isReset || anyChange) {
        return "not asked for";
      }
      return gapTold ? "told" : null;
    }
    if (losses.cover(event)) {
      return "told";
    }
    if (past || !event.isTransient()) {
      return null;
    }
    boolean keptUp = !disturbed && healthySince >= 0 && event.sequence() > healthySince;
    return keptUp || (stage.neverCleaned() && !anyChange) ? null : "transient";
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
    fail(message.toString());
  }

  private void fail(String message) {
    throw new AssertionError(
        message
            + "; at "
            + position
            + ", head "
            + model.head()
            + ", opened at "
            + beginning.head
            + " with "
            + beginning.origin
            + " for "
            + beginning.wanted
            + (wanted.equals(beginning.wanted) ? "" : ", now " + wanted));
  }
}
