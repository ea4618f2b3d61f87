package io.sluice.server;

import static io.sluice.server.HistorySettingTable.DATA;
import static io.sluice.server.HistorySettingTable.MEMORY;
import static io.sluice.server.HistorySettingTable.STORE;
import static io.sluice.server.SettingTable.BUFFER;
import static io.sluice.server.SettingTable.EVENT;
import static io.sluice.server.SettingTable.INSECURE;
import static io.sluice.server.SettingTable.LISTEN;
import static io.sluice.server.SettingTable.PORT;

/** What must hold between settings. A check whose settings are wrong already is left out. */
final class CrossChecks {

  /** How much of the Java heap history may take: the rest is for connections and requests. */
  private static final int HEAP_PERCENT = 70;

  /** The log takes at most half of its memory at once, and a frame is larger than its data. */
  private static final int HISTORY_SHARE = 4;

  /** What to raise the heap for: some collectors keep a part of {@code -Xmx} to themselves. */
  private static final int ADVISED_PERCENT = 66;

  private static final long MEBIBYTE = 1L << 20;

  private final Values values;
  private final Problems problems;

  private final AccessSettings access;

  private CrossChecks(Values values, AccessSettings access, Problems problems) {
    this.values = values;
    this.access = access;
    this.problems = problems;
  }

  /**
   * Adds what doesn't hold to the problems.
   *
   * @param access what of the values says who may do what
   * @param heapBytes what the Java heap may grow to
   */
  static void run(Values values, AccessSettings access, long heapBytes, Problems problems) {
    CrossChecks checks = new CrossChecks(values, access, problems);
    checks.openToStrangersOnlyWhenTold();
    checks.historyFitsHeap(heapBytes);
    checks.eventFits(HISTORY_SHARE, MEMORY);
    checks.eventFits(1, BUFFER);
    checks.storeHasAPlace();
  }

  private void openToStrangersOnlyWhenTold() {
    if (values.isRejected(LISTEN, PORT, INSECURE)
        || values.listen().isLoopback()
        || values.get(INSECURE)
        || !access.isOpen()
        || values.isRejected(AccessSettingTable.IDENTITY.toArray(Setting<?>[]::new))) {
      return;
    }
    problems.add(
        LISTEN.name(),
        values.listen() + " is reached from other machines, and all may read and publish",
        values.origin(LISTEN),
        "three ways out: say who may (identity.tokens, identity.keys, rules), listen on 127.0.0.1"
            + " behind a proxy that asks, or say "
            + INSECURE.flag());
  }

  private void storeHasAPlace() {
    if (values.isRejected(STORE, DATA)) {
      return;
    }
    boolean stored = values.get(STORE) == HistorySettings.Store.SQLITE;
    if (stored && values.get(DATA).isEmpty()) {
      problems.add(
          DATA.name(),
          "history.store is sqlite, and there is no directory for its file",
          values.origin(STORE),
          "set " + DATA.name() + " or --data to a directory");
    }
    if (!stored && values.get(DATA).isPresent()) {
      problems.add(
          STORE.name(),
          "history.data is set, but with the store "
              + values.get(STORE).toString().toLowerCase(java.util.Locale.ROOT)
              + " nothing is written there",
          values.origin(DATA),
          "set " + STORE.name() + " to sqlite, or leave out " + DATA.name());
    }
    boolean shared = values.get(STORE) == HistorySettings.Store.REDIS;
    Setting<?> url = HistorySettingTable.REDIS_URL;
    if (shared && !values.isRejected(url) && values.get(HistorySettingTable.REDIS_URL).isEmpty()) {
      problems.add(
          url.name(),
          "history.store is redis, and there is no server named",
          values.origin(STORE),
          "set " + url.name() + ", to redis://localhost:6379, say");
    }
  }

  private void historyFitsHeap(long heapBytes) {
    long most = heapBytes / 100 * HEAP_PERCENT;
    ByteSize memory = values.get(MEMORY);
    if (values.isRejected(MEMORY) || memory.bytes() <= most) {
      return;
    }
    long heapNeeded = memory.bytes() / ADVISED_PERCENT * 100 / MEBIBYTE + 1;
    problems.add(
        MEMORY.name(),
        memory
            + " is more than "
            + HEAP_PERCENT
            + " % of the Java heap of "
            + heapBytes / MEBIBYTE
            + "MiB",
        values.origin(MEMORY),
        "allowed: up to "
            + most / MEBIBYTE
            + "MiB; or raise the heap with SLUICE_JAVA_OPTS=-Xmx"
            + heapNeeded
            + "m");
  }

  private void eventFits(int share, Setting<ByteSize> room) {
    ByteSize event = values.get(EVENT);
    ByteSize most = new ByteSize(values.get(room).bytes() / share);
    if (values.isRejected(EVENT, room) || event.compareTo(most) <= 0) {
      return;
    }
    problems.add(
        EVENT.name(),
        event + " doesn't fit " + room.name() + " of " + values.get(room),
        values.origin(EVENT),
        "allowed: up to " + most + "; " + room.name() + " is from " + values.origin(room));
  }
}
