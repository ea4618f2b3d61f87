package io.sluice.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.log.Beginning;
import io.sluice.sqlite.SqliteOptions.Sync;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that appends, at random moments, again and again on the same file: every event
 * that was answered is there, none twice, and no number is used for two.
 *
 * <p>{@code -Dsluice.kills=1000} kills more often, {@code -Dsluice.seed} does the same again as far
 * as the operating system lets it.
 */
class KillIT {

  private static final int KILLS = Integer.getInteger("sluice.kills", 24);

  // Each time all of it is read again.
  private static final int KILLS_PER_FILE = 8;

  private static final List<Sync> MODES = List.of(Sync.values());

  @TempDir Path directory;

  private final Map<Long, String> answered = new TreeMap<>();
  private final Map<String, Long> floors = new HashMap<>();
  private String epoch;
  private long newest;

  @Test
  void whatWasAnsweredSurvivesTheProcess() throws Exception {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("KillIT: " + KILLS + " kills, -Dsluice.seed=" + seed);
    Random random = new Random(seed);
    Path file = directory.resolve("log.db");
    long events = 0;
    for (int i = 0; i < KILLS; i++) {
      if (i % KILLS_PER_FILE == 0) {
        file = directory.resolve("log" + i + ".db");
        events += answered.size();
        begin();
      }
      Sync sync = MODES.get(random.nextInt(MODES.size()));
      boolean whileOpening = random.nextInt(5) == 0;
      run(file, sync, random.nextLong(1L << 40), random.nextInt(400), whileOpening);
      if (Files.exists(file)) {
        check(file);
      }
    }
    events += answered.size();
    System.out.println("KillIT: " + events + " events were answered, and are there");
    assertThat(events).isPositive();
  }

  private void begin() {
    answered.clear();
    floors.clear();
    epoch = null;
    newest = 0;
  }

  private void run(Path file, Sync sync, long seed, int millis, boolean whileOpening)
      throws Exception {
    Process process = AppendingProcess.command(file, sync, seed).start();
    Thread killer = new Thread(() -> kill(process, millis));
    try (BufferedReader lines = process.inputReader()) {
      if (whileOpening) {
        killer.start();
      }
      String opened = lines.readLine();
      if (opened != null) {
        assertThat(opened).startsWith("open " + (epoch == null ? "" : epoch + " "));
      } else {
        assertThat(whileOpening).isTrue();
      }
      if (!whileOpening) {
        killer.start();
      }
      readAnswers(lines);
    }
    killer.join();
    process.waitFor();
  }

  private static void kill(Process process, int millis) {
    try {
      process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // SIGKILL; by its handle, which leaves alone what was written and not read yet
    process.toHandle().destroyForcibly();
  }

  private void readAnswers(BufferedReader lines) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = lines.read(); c >= 0; c = lines.read()) {
      if (c != '\n') {
        line.append((char) c);
        continue;
      }
      List<String> words = List.of(line.toString().split(" ", -1));
      assertThat(words.getFirst()).as(line.toString()).matches("[0-9]+");
      long sequence = Long.parseLong(words.getFirst());
      for (int i = 1; i < words.size(); i += 2) {
        String before = answered.put(sequence, words.get(i) + ' ' + words.get(i + 1));
        assertThat(before).as("number " + sequence + " was given twice").isNull();
        sequence++;
      }
      line.setLength(0);
    }
  }

  private void check(Path file) {
    assertThat(SqliteFile.check(file).problems()).isEmpty();
    SqliteOptions options = SqliteOptions.of(file).withRules(AppendingProcess.RULES);
    try (StoreInUse in = StoreInUse.open(options)) {
      epoch = in.store.epochs().current();
      assertThat(in.store.epochs().lives()).hasSize(1);
      assertThat(in.store.newest()).isGreaterThanOrEqualTo(newest);
      newest = in.store.newest();

      Map<Long, String> stored = new HashMap<>();
      Set<String> data = new HashSet<>();
      List<String> twice = new ArrayList<>();
      for (StoreInUse.Read event : in.readFrom(Wanted.of("**"), new Beginning.Earliest())) {
        stored.put(event.sequence(), event.channel() + ' ' + event.data());
        if (!data.add(event.data())) {
          twice.add(event.data());
        }
      }
      assertThat(twice).isEmpty();

      Map<String, Long> floorsNow =
          in.begin(Wanted.of("**"), new Beginning.After(0)).replay().floors();
      floors.forEach(
          (channel, floor) ->
              assertThat(floorsNow.get(channel)).as(channel).isGreaterThanOrEqualTo(floor));
      floors.putAll(floorsNow);
      answered.forEach(
          (sequence, event) -> {
            String channel = event.substring(0, event.indexOf(' '));
            if (!channel.equals("live") && sequence > floors.getOrDefault(channel, 0L)) {
              assertThat(stored.get(sequence)).as("event " + sequence).isEqualTo(event);
            }
          });
    }
  }
}
