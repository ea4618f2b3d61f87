package io.sluice.examples.chat;

import io.sluice.examples.site.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds everybody to a pace.
 *
 * <p>Thread-safe.
 */
final class Speakers {

  private final Chat.Pace pace;
  private final InstantSource clock;

  // Guarded by this. Who has said nothing for a while is forgotten.
  private final Map<String, ArrayDeque<Instant>> said = new HashMap<>();
  private final Map<String, Instant> typed = new HashMap<>();
  private Instant swept = Instant.EPOCH;

  Speakers(Chat.Pace pace, InstantSource clock) {
    this.pace = pace;
    this.clock = clock;
  }

  /**
   * Somebody says something.
   *
   * @throws Refusal with 429 if they have said too much
   */
  synchronized void speak(String name) {
    Instant now = sweep();
    ArrayDeque<Instant> theirs = said.computeIfAbsent(name, anybody -> new ArrayDeque<>());
    Instant since = now.minus(pace.within());
    while (!theirs.isEmpty() && !theirs.getFirst().isAfter(since)) {
      theirs.removeFirst();
    }
    if (theirs.size() >= pace.messages()) {
      long seconds = Duration.between(since, theirs.getFirst()).toSeconds() + 1;
      throw new Refusal(
              429,
              "%d messages in %d s are enough; go on in %d s"
                  .formatted(pace.messages(), pace.within().toSeconds(), seconds))
          .retryAfter(seconds);
    }
    theirs.addLast(now);
  }

  /** Somebody is typing: whether the others are to be told again. */
  synchronized boolean type(String name) {
    Instant now = sweep();
    Instant last = typed.get(name);
    if (last != null && now.isBefore(last.plus(pace.typing()))) {
      return false;
    }
    typed.put(name, now);
    return true;
  }

  private Instant sweep() {
    Instant now = clock.instant();
    if (now.isAfter(swept.plus(Duration.ofMinutes(1)))) {
      said.values().removeIf(theirs -> theirs.getLast().isBefore(now.minus(pace.within())));
      typed.values().removeIf(last -> last.isBefore(now.minus(pace.typing())));
      swept = now;
    }
    return now;
  }
}
