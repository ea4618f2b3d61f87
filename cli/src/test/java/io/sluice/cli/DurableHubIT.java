package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.ReadStream.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice serve --data}, killed, started again, copied: as people and machines do it. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class DurableHubIT {

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void chooseDirectory() {
    data = folder.resolve("data");
  }

  @Test
  void killedHubGoesOnWhereItWas() throws Exception {
    List<String> ids = new ArrayList<>();
    JsonNode before;
    try (ServedHub hub = ServedHub.on(data, 0)) {
      for (int i = 1; i <= 4; i++) {
        ids.add(hub.publish("news", "event " + i));
      }
      ids.add(hub.publish("news", "once", "key-1"));
      before = hub.history("news");
      hub.kill();
    }
    try (ServedHub hub = ServedHub.on(data, 0)) {
      assertThat(hub.history("news")).isEqualTo(before);
      assertThat(before.path("events").valueStream().map(event -> event.path("id").asString()))
          .isEqualTo(ids);
      assertThat(hub.publish("news", "once", "key-1")).isEqualTo(ids.getLast());
      assertThat(hub.publish("news", "next")).isEqualTo(epoch(ids.getLast()) + "-6");
      assertThat(hub.history("news").path("events")).hasSize(6);
    }
  }

  @Test
  void subscriberThatComesBackGetsExactlyWhatItMissed() throws Exception {
    String held;
    try (ServedHub hub = ServedHub.on(data, 0)) {
      try (ReadStream stream = hub.stream("news", null)) {
        assertThat(stream.next().event()).isEqualTo("connected");
        hub.publish("news", "1");
        hub.publish("news", "2");
        assertThat(stream.next().data()).isEqualTo("1");
        held = stream.next().id();
      }
      hub.publish("news", "3");
      hub.publish("other", "not for it");
      hub.publish("news", "4");
      hub.kill();
    }
    try (ServedHub hub = ServedHub.on(data, 0);
        ReadStream stream = hub.stream("news", held)) {
      Block connected = stream.next();
      assertThat(connected.event()).isEqualTo("connected");
      assertThat(connected.id()).isEqualTo(held);
      assertThat(isResumed(connected)).isTrue();
      assertThat(stream.data(2)).containsExactly("3", "4");
      hub.publish("news", "5");
      assertThat(stream.next()).isEqualTo(new Block(epoch(held) + "-6", "", "5"));
    }
  }

  @Test
  void subscribeCommandNoticesOnlyAPause() throws Exception {
    CompletableFuture<CommandRun> subscriber;
    int port;
    try (ServedHub hub = ServedHub.on(data, 0)) {
      port = hub.port();
      hub.publish("news", "1");
      subscriber =
          CommandRun.inBackground(
              () ->
                  CommandRun.of(
                      new SubscribeCommand(new Random(1), Thread::sleep, InstantSource.system()),
                      CommandRun.at(
                          hub.url(), "news", "--since", "earliest", "--json", "--count", "4")));
      // It has one for sure when the hub has sent it.
      while (hub.history("news").path("events").size() < 2) {
        hub.publish("news", "2");
      }
      hub.kill();
    }
    try (ServedHub hub = ServedHub.on(data, port)) {
      hub.publish("news", "3");
      hub.publish("news", "4");
      CommandRun run = subscriber.get();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out().lines().map(DurableHubIT::data)).containsExactly("1", "2", "3", "4");
    }
  }

  @Test
  void nothingThatWasAnsweredIsLostInTheMiddleOfALoad() throws Exception {
    Map<String, String> answered = new ConcurrentHashMap<>();
    try (ServedHub hub = ServedHub.on(data, 0)) {
      CountDownLatch enough = new CountDownLatch(400);
      List<Thread> publishers =
          IntStream.range(0, 4)
              .mapToObj(
                  number ->
                      Thread.ofPlatform()
                          .start(() -> publishUntilItIsGone(hub, number, answered, enough)))
              .toList();
      enough.await();
      hub.kill();
      for (Thread publisher : publishers) {
        publisher.join();
      }
    }
    try (ServedHub hub = ServedHub.on(data, 0)) {
      Set<String> seen = new HashSet<>();
      Map<String, String> kept = new ConcurrentHashMap<>();
      for (int number = 0; number < 4; number++) {
        String channel = "load/" + number;
        JsonNode history = hub.history(channel);
        history.path("events").forEach(event -> kept.put(text(event, "id"), text(event, "data")));
        history.path("events").forEach(event -> assertThat(seen.add(text(event, "data"))).isTrue());
      }
      assertThat(kept).containsAllEntriesOf(answered);
      String next = hub.publish("load/0", "after");
      assertThat(sequence(next)).isGreaterThan(sequence(newest(kept.keySet())));
      assertThat(epoch(next)).isEqualTo(epoch(newest(kept.keySet())));
    }
    assertThat(check(data).exitCode()).isZero();
  }

  private static void publishUntilItIsGone(
      ServedHub hub, int number, Map<String, String> answered, CountDownLatch enough) {
    try {
      // Fewer than a history answers in one piece.
      for (int i = 0; i < 900; i++) {
        String event = number + ":" + i;
        answered.put(hub.publish("load/" + number, event), event);
        enough.countDown();
      }
    } catch (IOException expected) {
      // It was killed: what it didn't answer may be there or not.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void stoppedInGoodOrderItGoesOnToo() throws Exception {
    String first;
    try (ServedHub hub = ServedHub.on(data, 0)) {
      first = hub.publish("news", "1");
      assertThat(hub.stop()).isZero();
    }
    assertThat(check(data).out()).contains("is sound: 1 event in 1 channel, newest sequence 1");
    try (ServedHub hub = ServedHub.on(data, 0)) {
      assertThat(hub.publish("news", "2")).isEqualTo(epoch(first) + "-2");
    }
  }

  @Test
  void backupOfARunningHubForksWhereItWasMade() throws Exception {
    List<String> ids = new ArrayList<>();
    Path restored = Files.createDirectory(folder.resolve("restored"));
    try (ServedHub hub = ServedHub.on(data, 0)) {
      for (int i = 1; i <= 3; i++) {
        ids.add(hub.publish("news", "event " + i));
      }
      CommandRun backup =
          CommandRun.of(
              new HistoryBackupCommand(),
              "--data",
              data.toString(),
              restored.resolve("sluice.db").toString());
      assertThat(backup.err()).startsWith("sluice: copied ");
      assertThat(backup.exitCode()).isZero();
      ids.add(hub.publish("news", "event 4"));
    }
    try (ServedHub copy = ServedHub.on(restored, 0)) {
      String forked = copy.publish("news", "another 4");
      assertThat(epoch(forked)).isNotEqualTo(epoch(ids.getFirst()));
      assertThat(sequence(forked)).isEqualTo(4);
      try (ReadStream stream = copy.stream("news", ids.get(1))) {
        assertThat(isResumed(stream.next())).isTrue();
        assertThat(stream.next()).isEqualTo(new Block(ids.get(2), "", "event 3"));
        assertThat(stream.next()).isEqualTo(new Block(forked, "", "another 4"));
      }
      try (ReadStream stream = copy.stream("news", ids.get(2))) {
        assertThat(isResumed(stream.next())).isTrue();
        assertThat(stream.next().id()).isEqualTo(forked);
      }
      try (ReadStream stream = copy.stream("news", ids.get(3))) {
        assertThat(isResumed(stream.next())).isFalse();
        Block gap = stream.next();
        assertThat(gap.event()).isEqualTo("gap");
        JsonNode told = JsonMapper.shared().readTree(gap.data());
        assertThat(text(told, "reason")).isEqualTo("reset");
        assertThat(text(told, "next")).isEqualTo(forked);
        assertThat(stream.next().id()).isEqualTo(forked);
      }
    }
  }

  @Test
  void secondHubOnTheSameDirectoryIsRefused() throws Exception {
    try (ServedHub hub = ServedHub.on(data, 0)) {
      hub.publish("news", "1");
      assertThat(refusal(data, 1))
          .anyMatch(
              line ->
                  line.startsWith("Sluice can't use its history: ")
                      && line.contains("in use by another hub (process " + hub.pid() + ")"))
          .noneMatch(line -> line.contains("setting"));
      assertThat(hub.publish("news", "2")).endsWith("-2");
    }
  }

  @Test
  void fileInPlaceOfTheDirectoryIsRefused() throws Exception {
    Files.writeString(data, "not a directory");
    assertThat(refusal(data)).anyMatch(line -> line.contains(data.toString()));
    assertThat(data).hasContent("not a directory");
  }

  @Test
  void directoryWithoutAParentIsRefused() throws Exception {
    Path mistyped = folder.resolve("no/such/parent");
    assertThat(refusal(mistyped)).anyMatch(line -> line.contains(mistyped.toString()));
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void fileSystemThatMayNotBeWrittenIsRefused() throws Exception {
    try (Mount mount = Mount.on(Files.createDirectory(data), "ro")) {
      assertThat(refusal(mount.directory(), 1)).anyMatch(line -> line.contains("may not write"));
    }
  }

  @Test
  void fullDiskRefusesEventsAndNothingElseUntilThereIsRoom() throws Exception {
    try (Mount mount = Mount.on(Files.createDirectory(data), "size=12m")) {
      Path ballast = Files.write(mount.directory().resolve("ballast"), new byte[6 << 20]);
      try (ServedHub hub = ServedHub.on(mount.directory(), 0);
          ReadStream stream = hub.stream("news", null)) {
        assertThat(stream.next().event()).isEqualTo("connected");
        String large = "x".repeat(200_000);
        int published = 0;
        Optional<IOException> full = Optional.empty();
        while (full.isEmpty()) {
          full = refusal(hub, large);
          published += full.isEmpty() ? 1 : 0;
        }
        assertThat(full.get())
            .hasMessageStartingWith("HTTP 507")
            .hasMessageContaining("storage-full");
        assertThat(hub.history("news").path("events")).hasSize(published);
        assertThat(stream.data(published)).containsOnly(large);
        assertThat(hub.isReady()).isFalse();

        Files.delete(ballast);
        while (!hub.isReady()) {
          Thread.onSpinWait(); // it finds by itself that there is room
        }
        assertThat(refusal(hub, large)).isEmpty();
        Block next = stream.next();
        assertThat(next.data()).isEqualTo(large);
        assertThat(sequence(next.id())).isEqualTo(published + 1);
      }
    }
  }

  private static Optional<IOException> refusal(ServedHub hub, String event)
      throws InterruptedException {
    try {
      hub.publish("news", event);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  @Test
  void damagedFileIsRefusedAndLeftAsItWas() throws Exception {
    try (ServedHub hub = ServedHub.on(data, 0)) {
      hub.publish("news", "1");
      hub.stop();
    }
    Path file = data.resolve("sluice.db");
    byte[] bytes = Files.readAllBytes(file);
    byte[] torn = Arrays.copyOf(bytes, bytes.length / 2);
    Files.write(file, torn);
    assertThat(refusal(data, 1)).anyMatch(line -> line.contains("sluice history check"));
    assertThat(file).hasBinaryContent(torn);
  }

  /** What {@code serve} says that can't. */
  private static List<String> refusal(Path data) throws IOException, InterruptedException {
    List<String> told = refusal(data, 2);
    assertThat(told).contains("A setting is wrong:");
    return told;
  }

  private static List<String> refusal(Path data, int exitCode)
      throws IOException, InterruptedException {
    Process refused = ServedHub.start("--data", data.toString(), "--port", "0");
    try {
      List<String> told = refused.errorReader(UTF_8).lines().toList();
      assertThat(refused.waitFor()).isEqualTo(exitCode);
      assertThat(told).noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
      return told;
    } finally {
      refused.destroyForcibly();
    }
  }

  private static CommandRun check(Path data) {
    return CommandRun.of(new HistoryCheckCommand(), "--data", data.toString());
  }

  private static boolean isResumed(Block connected) {
    return JsonMapper.shared().readTree(connected.data()).path("resumed").asBoolean();
  }

  private static String data(String line) {
    return text(JsonMapper.shared().readTree(line), "data");
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString();
  }

  private static String newest(Set<String> ids) {
    return ids.stream()
        .max((one, other) -> Long.compare(sequence(one), sequence(other)))
        .orElseThrow();
  }

  private static String epoch(String id) {
    return id.substring(0, id.indexOf('-'));
  }

  private static long sequence(String id) {
    return Long.parseLong(id.substring(id.indexOf('-') + 1));
  }
}
