package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.Publication;
import io.sluice.log.Append;
import io.sluice.log.Beginning;
import io.sluice.log.Draft;
import io.sluice.log.Entries;
import io.sluice.log.Loss;
import io.sluice.log.Piece;
import io.sluice.log.Replay;
import io.sluice.log.Selection;
import io.sluice.log.Start;
import io.sluice.log.Stretch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** A store with one caller, and what was delivered by it. */
final class StoreInUse implements AutoCloseable {

  /** An event as somebody reads it. */
  record Read(long sequence, String id, String channel, String type, String key, String data) {}

  final SqliteStore store;
  final List<String> delivered = new ArrayList<>();

  private StoreInUse(SqliteStore store) {
    this.store = store;
    store.start(
        (first, time, drafts) -> {
          for (int i = 0; i < drafts.size(); i++) {
            delivered.add(first + i + ":" + drafts.get(i).channel());
          }
        });
  }

  static StoreInUse open(SqliteOptions options) {
    return new StoreInUse(SqliteStore.openInline(options));
  }

  static StoreInUse open(SqliteOptions options, String boot) {
    return new StoreInUse(SqliteStore.open(options, Workers.inline(), boot));
  }

  /** Publishes one event for each data; all to one channel, in one append. */
  long publish(String channel, String... data) {
    return append(Arrays.stream(data).map(each -> Publication.of(channel, each)).toList(), null);
  }

  long append(List<Publication> publications, String key) {
    try {
      return store
          .append(new Append(publications.stream().map(Draft::of).toList(), key))
          .join()
          .first()
          .sequence();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  Start begin(Selection selection, Beginning beginning) {
    return store.begin(selection, beginning, store.newest()).join();
  }

  Loss lossAfter(long position, String... patterns) {
    return begin(Wanted.of(patterns), new Beginning.After(position)).loss();
  }

  /** All that a reader gets from its beginning to the head, in small pieces. */
  List<Read> readFrom(Selection selection, Beginning beginning) {
    Start start = begin(selection, beginning);
    return read(selection, start.position(), start.replay());
  }

  List<Long> sequences(Selection selection, Beginning beginning) {
    return readFrom(selection, beginning).stream().map(Read::sequence).toList();
  }

  /** What is retained of channels, by sequence. */
  List<Long> retained(String... patterns) {
    return sequences(Wanted.of(patterns), new Beginning.Earliest());
  }

  List<Read> read(Selection selection, long after, Replay replay) {
    List<Read> all = new ArrayList<>();
    Map<String, Long> told = new HashMap<>();
    long position = after;
    long upTo = store.newest();
    while (position < upTo) {
      Piece piece = store.read(new Stretch(selection, position, upTo, replay, told, 500)).join();
      assertThat(piece.lost()).isNull();
      assertThat(piece.reached()).isGreaterThan(position).isLessThanOrEqualTo(upTo);
      all.addAll(events(piece, position));
      position = piece.reached();
    }
    return all;
  }

  List<Read> events(Piece piece, long after) {
    Entries entries = new Entries();
    entries.addAfter(after, piece.entries());
    List<Read> events = new ArrayList<>();
    for (int i = 0; i < entries.count(); i++) {
      long sequence = entries.sequence(i);
      var event = entries.event(i, store.epochs());
      events.add(
          new Read(
              sequence,
              event.id().toString(),
              event.channel(),
              event.type(),
              event.key(),
              event.data()));
    }
    return events;
  }

  @Override
  public void close() {
    store.close();
  }
}
