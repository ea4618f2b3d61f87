package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.log.Draft;
import io.sluice.log.Epochs;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import io.sluice.wire.EventStreamParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random schedules in which the log loses its newest events and goes on in another life, or goes on
 * past what its window was given, while streams ride, read, wait and are cut.
 *
 * <p>Over all its connections a client has every event of the log as it is in the end; what it has
 * beside was told to be lost by a reset; and nobody is told of one who has nothing that was lost.
 *
 * <p>{@code -Dsluice.seed} replays a failure, {@code -Dsluice.schedules} says how many to run.
 */
class ForkScheduleTest {

  private static final int SCHEDULES = 300;
  private static final int MAX_BLOCK = 1 << 22;
  private static final long JUMP = 1000;

  @Test
  void whoHasWhatWasLostIsToldAndNobodyElse() {
    long seed = Long.getLong("sluice.seed", ThreadLocalRandom.current().nextInt(1 << 30));
    int schedules = Integer.getInteger("sluice.schedules", SCHEDULES);
    System.out.println(schedules + " random schedules with forks from seed " + seed);
    for (int i = 0; i < schedules; i++) {
      try {
        new Lives(seed + i).run();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError(
            "replay with -Dsluice.schedules=1 -Dsluice.seed=" + (seed + i), failure);
      }
    }
  }

  /** A subscriber over all its connections. */
  private static final class Client implements ScriptedOutlet.Tap {
    final String name;
    final Subscription wanted;
    final Packing packing;
    final Set<String> held = new HashSet<>();
    final Set<String> unexplained = new HashSet<>();
    final List<String> told = new ArrayList<>();
    long from;
    String lastEventId = "";
    int resets;
    int mayBeReset;
    ScriptedOutlet outlet = new ScriptedOutlet(this);
    int loop;
    @Nullable Stream stream;

    Client(String name, Subscription wanted, Packing packing) {
      this.name = name;
      this.wanted = wanted;
      this.packing = packing;
    }

    @Override
    public void taken(byte[] frame, int offeredAfter) {}

    @Override
    public void tookLess() {}

    @Override
    public void meanwhile() {}

    /** So much of what was sent to it has come through. */
    void read(byte[] sent, int bytes) {
      EventStreamParser parser = new EventStreamParser(this::block, MAX_BLOCK, lastEventId);
      parser.feed(Arrays.copyOf(sent, bytes), 0, bytes);
      lastEventId = parser.lastEventId();
      stream = null;
      outlet = new ScriptedOutlet(this);
    }

    private void block(String id, String type, String data) {
      told.add(id + " " + type + " " + data);
      switch (type) {
        case "connected", "heartbeat", "subscription" -> {}
        case "gap" -> {
          assertThat(data).as(name).contains("\"reason\":\"reset\"");
          resets++;
          unexplained.clear();
        }
        case "batch" -> {
          for (String part : data.split("\"data\":\"", -1)) {
            if (part.startsWith("#")) {
              event(part.substring(0, part.indexOf('"')));
            }
          }
        }
        default -> event(data);
      }
    }

    private void event(String data) {
      boolean fresh = held.add(data);
      assertThat(fresh || resets > 0).as(() -> name + " has twice: " + data + told).isTrue();
      unexplained.add(data);
    }
  }

  /** One random life, or some. */
  private static final class Lives {
    private final SplittableRandom random;
    private final RandomWorld world;
    private final ManualTime time = new ManualTime();
    private final ListedStore store;
    private final Hub hub;
    private final List<ManualLoop> loops = new ArrayList<>();
    private final List<StreamOpener> openers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final TreeMap<Long, Draft> log = new TreeMap<>();
    private int published;
    private int forks;

    Lives(long seed) {
      this.random = new SplittableRandom(seed);
      this.world = new RandomWorld(random, 200);
      HubOptions options =
          HubOptions.builder()
              .memoryBytes(1 << 20)
              .retention(
                  RetentionRules.all(
                      new Retention(1 << 20, null, Long.MAX_VALUE, Retention.Behind.GAP)))
              .clock(time)
              .build();
      this.store = new ListedStore(Epochs.first("e0"), options, time);
      this.hub = Hub.withoutTimers(options, store, () -> random, Runnable::run);
      if (random.nextBoolean()) {
        store.deferBeginnings();
      }
      for (int i = 0; i <= random.nextInt(3); i++) {
        ManualLoop loop = new ManualLoop(time, random, 1 + random.nextInt(600_000));
        loops.add(loop);
        openers.add(hub.addLoop(loop));
      }
    }

    void run() {
      int steps = 50 + random.nextInt(300);
      for (int i = 0; i < steps; i++) {
        step();
      }
      comeToRest();
      for (Client client : clients) {
        check(client);
      }
      hub.close();
    }

    private void step() {
      int draw = random.nextInt(100);
      if (draw < 30) {
        publish(1 + random.nextInt(world.chance(10) ? 300 : 4));
      } else if (draw < 65) {
        ManualLoop loop = world.oneOf(loops);
        for (int i = random.nextInt(4); i >= 0 && loop.hasTask(); i--) {
          loop.runNext();
        }
      } else if (draw < 75) {
        Client client = someone();
        if (client != null) {
          drain(client, random.nextInt(2000));
        }
      } else if (draw < 84) {
        connectSomeone();
      } else if (draw < 88) {
        Client client = someone();
        if (client != null) {
          cut(client);
        }
      } else if (draw < 91) {
        Client client = someone();
        if (client != null) {
          client.outlet.mode(world.oneOf(List.of(ScriptedOutlet.Mode.values())));
        }
      } else if (draw < 94) {
        time.advance(Duration.ofMillis(random.nextInt(20_000)));
      } else if (draw < 96) {
        for (int i = random.nextInt(30); i >= 0; i--) {
          Draft draft = Draft.of(publication());
          log.put(store.appendElsewhere(draft), draft);
        }
        store.jump();
      } else if (draw < 98) {
        fork();
      }
      if (store.hasRead() && world.chance(60)) {
        store.readNext();
      }
      clients.stream().filter(each -> each.outlet.isOver()).forEach(this::cut);
    }

    private Publication publication() {
      return Publication.of(
          world.channel(), "#" + ++published + "-" + "x".repeat(random.nextInt(500)));
    }

    private void publish(int count) {
      for (int i = 0; i < count; i++) {
        Publication event = publication();
        long sequence = hub.publish(event).join().first().sequence();
        log.put(sequence, Draft.of(event));
      }
    }

    private void fork() {
      long head = store.newest();
      long at = Math.max(0, head - (world.chance(40) ? 0 : random.nextInt(20)));
      Long last = log.floorKey(at);
      at = store.epochs().onward(last == null ? 0 : at); // no place where nothing can be
      for (Client client : clients) {
        EventId holds = EventId.parse(client.lastEventId);
        long position =
            client.stream != null && client.stream.state != Stream.State.OPENING
                ? client.packing.isNone() ? client.stream.position() : head
                : holds == null ? 0 : holds.sequence();
        // A connection that opens may have read its id in the life before.
        if (position > at
            || (client.stream != null && client.stream.state == Stream.State.OPENING)) {
          client.mayBeReset++;
        }
      }
      log.tailMap(at, false).clear();
      store.fork("e" + ++forks, at, (head / JUMP + 2) * JUMP);
    }

    private @Nullable Client someone() {
      List<Client> open = clients.stream().filter(each -> each.stream != null).toList();
      return open.isEmpty() ? null : world.oneOf(open);
    }

    private void connectSomeone() {
      if (clients.size() < 6 && world.chance(60)) {
        Packing packing =
            world.chance(30) ? new Packing(Duration.ofMillis(100), false) : Packing.NONE;
        Client client = new Client("client " + clients.size(), world.subscription(), packing);
        clients.add(client);
        boolean all = world.chance(50);
        client.from = all ? 0 : hub.newest().sequence();
        connect(client, all ? new Origin.Earliest() : Origin.live());
      } else if (!clients.isEmpty()) {
        Client client = world.oneOf(clients);
        if (client.stream == null) {
          connect(client, origin(client));
        }
      }
    }

    private static Origin origin(Client client) {
      return client.lastEventId.isEmpty()
          ? client.from == 0 ? new Origin.Earliest() : Origin.live()
          : Origin.lastEventId(client.lastEventId);
    }

    private void connect(Client client, Origin origin) {
      if (origin instanceof Origin.Live) {
        client.from = hub.newest().sequence();
      }
      client.loop = random.nextInt(loops.size());
      StreamRequest request =
          new StreamRequest(client.wanted, origin, false).packed(client.packing);
      client.outlet.mode(world.chance(50) ? ScriptedOutlet.Mode.FAST : ScriptedOutlet.Mode.WINDOW);
      loops
          .get(client.loop)
          .run(() -> client.stream = openers.get(client.loop).open(request, client.outlet));
    }

    private void cut(Client client) {
      Stream stream = client.stream;
      if (stream != null && !client.outlet.isOver()) {
        loops.get(client.loop).run(() -> stream.disconnected(CloseReason.CLIENT));
      }
      byte[] sent = client.outlet.sent();
      client.read(sent, world.chance(50) ? sent.length : random.nextInt(sent.length + 1));
    }

    private void drain(Client client, int bytes) {
      Stream stream = client.stream;
      if (stream != null && !client.outlet.isOver() && client.outlet.drain(bytes)) {
        loops.get(client.loop).run(stream::drained);
      }
    }

    private void comeToRest() {
      for (int quiet = 0; quiet < 3; ) {
        boolean any = false;
        for (Client client : clients) {
          if (client.outlet.isOver()) {
            cut(client);
          }
          if (client.stream == null) {
            connect(client, origin(client));
            any = true;
          }
          client.outlet.mode(ScriptedOutlet.Mode.FAST);
          drain(client, 1 << 24);
        }
        for (ManualLoop loop : loops) {
          while (loop.hasTask()) {
            loop.runNext();
            any = true;
          }
        }
        while (store.hasRead()) {
          store.readNext();
          any = true;
        }
        if (!any) {
          quiet++;
          time.advance(Packing.MAX_BATCH);
        }
      }
      for (Client client : clients) {
        assertThat(client.stream.state).as(client.name).isEqualTo(Stream.State.RIDING);
        client.read(client.outlet.sent(), client.outlet.sent().length);
      }
    }

    private void check(Client client) {
      Set<String> there = new HashSet<>();
      log.forEach(
          (sequence, draft) -> {
            String data = new String(draft.body(), java.nio.charset.StandardCharsets.UTF_8);
            data = data.substring(data.indexOf("data: ") + 6).stripTrailing();
            there.add(data);
            if (sequence > client.from
                && client.wanted.matches(draft.channel())
                && client.wanted.accepts(draft.type())) {
              assertThat(client.held)
                  .as(() -> client.name + " misses " + sequence + client.told)
                  .contains(data);
            }
          });
      client.unexplained.removeAll(there);
      assertThat(client.unexplained)
          .as(() -> client.name + " has what was lost and wasn't told" + client.told)
          .isEmpty();
      assertThat(client.resets)
          .as(() -> client.name + " was told in vain " + client.told)
          .isLessThanOrEqualTo(client.mayBeReset);
    }
  }
}
