package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.event.Event;
import io.sluice.event.EventId;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import io.sluice.hub.SimulatedClient.Connection;
import io.sluice.log.LogFullException;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One random life of a hub: everything that can happen, in an order that the seed decides, in one
 * thread. Loops run when they are drawn, time passes when it is drawn, and within each write of a
 * stream's bytes other threads may publish.
 */
final class Schedule {

  private static final String EPOCH = "k3f9";
  private static final int TRACED = 60;

  private final long seed;
  private final SplittableRandom random;
  private final RandomWorld world;
  private final ManualTime time = new ManualTime();
  private final Hub hub;
  private final ModelHub model;
  private final List<ManualLoop> loops = new ArrayList<>();
  private final List<StreamOpener> openers = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final ArrayDeque<String> trace = new ArrayDeque<>();
  private final int meanwhilePercent;
  private final boolean restless;
  private int step;

  Schedule(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    boolean roomy = random.nextInt(3) == 0;
    this.world = new RandomWorld(random, roomy ? 200 : 200 << random.nextInt(8));
    this.meanwhilePercent = random.nextInt(3) == 0 ? random.nextInt(30) : 0;
    this.restless = random.nextBoolean();
    HubOptions options =
        HubOptions.builder()
            .memoryBytes(roomy ? 16 << 20 : 1 << 20)
            .retention(world.rules())
            .timeLines(world.chance(20))
            .stream(
                new StreamOptions(
                    new Heartbeat(
                        Duration.ofSeconds(1 + random.nextInt(15)), Duration.ofSeconds(20)),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    world.chance(25) ? 2000 : 64 << 20,
                    100))
            .clock(time)
            .build();
    this.hub = Hub.withoutTimers(options, EPOCH, () -> random);
    this.model = new ModelHub(EPOCH, options, roomy);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      ManualLoop loop = new ManualLoop(time, random, 1 + random.nextInt(600_000));
      loops.add(loop);
      openers.add(hub.addLoop(loop));
    }
  }

  /** Lives through it. What fails tells the seed and the step. */
  void run() {
    try {
      int steps = 30 + random.nextInt(300);
      for (step = 0; step < steps; step++) {
        oneStep();
      }
      comeToRest();
      if (world.chance(20)) {
        drainAndComeBack();
      }
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError(
          "seed "
              + seed
              + ", step "
              + step
              + ": "
              + failure
              + "\nreplay with -Dsluice.seed="
              + seed
              + " -Dsluice.schedules=1\n"
              + String.join("\n", trace),
          failure);
    } finally {
      hub.close();
    }
  }

  private void note(String what) {
    if (trace.size() == TRACED) {
      trace.removeFirst();
    }
    trace.add(step + " " + what);
  }

  private void oneStep() {
    int draw = random.nextInt(100);
    if (draw < 30) {
      publish(restless && world.chance(10) ? 1 + random.nextInt(100) : 1 + random.nextInt(3));
    } else if (draw < 65) {
      runSomeLoop();
    } else if (draw < 75) {
      drainSomeOutlet();
    } else if (draw < 84) {
      connectSomeClient();
    } else if (draw < 87) {
      cutSomeConnection();
    } else if (draw < 91) {
      changeSomeSubscription();
    } else if (draw < 94) {
      setSomeMode();
    } else if (draw < 98) {
      letTimePass(Duration.ofMillis(random.nextInt(world.chance(20) ? 15_000 : 1_000)));
    } else {
      readHistory();
    }
    lookAround();
  }

  // ---- publishing and time

  private void publish(int count) {
    List<Publication> events = new ArrayList<>();
    String channel = world.channel();
    for (int i = 0; i < count; i++) {
      channel = world.chance(50) ? world.channel() : channel;
      events.add(world.publication(channel, model.head() + 1 + i));
    }
    CompletableFuture<Receipt> outcome = hub.publish(events, null);
    try {
      long first = outcome.join().first().sequence();
      check(first == model.head() + 1, "the first id is " + first);
    } catch (CompletionException refused) {
      check(mayBeRefused(refused.getCause(), events), "refused: " + refused.getCause());
      note("publish of " + count + " refused");
      return;
    }
    events.forEach(event -> model.published(event, time.millis()));
    model.compare(hub);
    note("published up to " + model.head() + " " + channel);
  }

  private boolean mayBeRefused(Throwable why, List<Publication> events) {
    if (why instanceof LogFullException full && full.isTemporary()) {
      // A loop that has a task, or is in the midst of one, has yet to read what cleaning waits for.
      return loops.stream().anyMatch(loop -> loop.hasTask() || loop.inLoop());
    }
    int bytes = events.stream().mapToInt(event -> event.data().length + 100).sum();
    return why instanceof LogFullException && bytes > hub.options().memoryBytes() / 2;
  }

  private void letTimePass(Duration by) {
    time.advance(by);
    if (world.chance(50)) {
      hub.expire();
      model.expired(time.millis());
      model.compare(hub);
    }
    note("time passed: " + by);
  }

  private void readHistory() {
    Subscription wanted = world.subscription();
    long after = random.nextLong(model.head() + 1);
    Hub.History history =
        hub.history(wanted, new Origin.After(new EventId(EPOCH, after)), Integer.MAX_VALUE);
    List<Long> expected = new ArrayList<>();
    boolean must = false;
    for (ModelHub.Published event : model.matching(wanted, after, model.head())) {
      if (model.isRetained(event)) {
        expected.add(event.sequence());
      } else {
        must |= !event.isTransient();
      }
    }
    List<Long> got = history.events().stream().map(Event::id).map(EventId::sequence).toList();
    check(got.equals(expected), "history of " + wanted + " is " + got + ", not " + expected);
    check(!must || history.gap() != null, "history of " + wanted + " hides a gap");
  }

  // ---- loops and outlets

  private void runSomeLoop() {
    ManualLoop loop = world.oneOf(loops);
    int tasks = 1 + random.nextInt(3);
    while (tasks-- > 0 && loop.hasTask()) {
      loop.runNext();
    }
  }

  private @Nullable Connection someConnection() {
    List<Connection> open = new ArrayList<>();
    for (SimulatedClient client : clients) {
      if (client.connection != null) {
        open.add(client.connection);
      }
    }
    return open.isEmpty() ? null : world.oneOf(open);
  }

  private void drainSomeOutlet() {
    Connection connection = someConnection();
    if (connection != null) {
      drain(connection, world.chance(50) ? random.nextInt(200) : random.nextInt(100_000));
    }
  }

  private void drain(Connection connection, int bytes) {
    Stream stream = connection.stream;
    if (stream != null && !connection.outlet.isOver() && connection.outlet.drain(bytes)) {
      connection.loop.run(stream::drained);
    }
  }

  private void setSomeMode() {
    Connection connection = someConnection();
    if (connection != null) {
      ScriptedOutlet.Mode mode = world.oneOf(List.of(ScriptedOutlet.Mode.values()));
      connection.outlet.mode(mode);
      note("outlet is now " + mode);
    }
  }

  // ---- clients

  private void connectSomeClient() {
    SimulatedClient client;
    if (clients.size() < 8 && world.chance(60)) {
      client = new SimulatedClient("client " + clients.size(), world.subscription());
      clients.add(client);
      connect(client, world.origin(EPOCH, model.head()));
    } else {
      client = clients.isEmpty() ? null : world.oneOf(clients);
      if (client != null && client.connection == null) {
        connect(client, client.origin());
      }
    }
  }

  private void connect(SimulatedClient client, Origin origin) {
    int index = random.nextInt(loops.size());
    ManualLoop loop = loops.get(index);
    StreamRequest request = new StreamRequest(client.wanted, origin, world.chance(20));
    long since = origin instanceof Origin.Since s ? time.millis() - s.age().toMillis() : 0;
    StreamCheck check = new StreamCheck(model, hub.log(), request, since, this::neverCleaned);
    Connection[] holder = new Connection[1];
    ScriptedOutlet outlet =
        new ScriptedOutlet(
            new ScriptedOutlet.Tap() {
              @Override
              public void taken(byte[] frame, int offeredAfter) {
                holder[0].parser.feed(frame, 0, frame.length);
              }

              @Override
              public void tookLess() {
                check.disturbed();
              }

              @Override
              public void meanwhile() {
                if (world.chance(meanwhilePercent)) {
                  publish(1 + random.nextInt(20));
                }
              }
            });
    outlet.mode(world.chance(60) ? ScriptedOutlet.Mode.FAST : ScriptedOutlet.Mode.WINDOW);
    Connection connection = new Connection(loop, outlet, check);
    holder[0] = connection;
    client.connection = connection;
    note(client.name + " connects to loop " + index + " with " + origin + " for " + client.wanted);
    loop.run(() -> connection.stream = openers.get(index).open(request, outlet));
  }

  private boolean neverCleaned() {
    return hub.figures().log().cleanedSegments() == 0;
  }

  private void cutSomeConnection() {
    SimulatedClient client = clients.isEmpty() ? null : world.oneOf(clients);
    if (client != null && client.connection != null) {
      cut(client, client.connection);
    }
  }

  private void cut(SimulatedClient client, Connection connection) {
    Stream stream = connection.stream;
    if (stream != null && !connection.outlet.isOver()) {
      connection.loop.run(() -> stream.disconnected(CloseReason.CLIENT));
    }
    byte[] sent = connection.outlet.sent();
    int bytes =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(sent.length + 1);
          case 1 -> random.nextInt(Math.min(sent.length, 400) + 1); // about its first blocks
          default -> sent.length;
        };
    client.cut(sent, bytes, EPOCH);
    note(client.name + " is cut and holds " + client.lastEventId);
  }

  private void changeSomeSubscription() {
    SimulatedClient client = clients.isEmpty() ? null : world.oneOf(clients);
    Connection connection = client == null ? null : client.connection;
    Stream stream = connection == null ? null : connection.stream;
    if (stream == null || connection.outlet.isOver()) {
      return;
    }
    SubscriptionChange change =
        new SubscriptionChange(
            world.chance(70) ? world.patterns(2) : List.of(),
            world.types(),
            world.chance(40) ? List.of(world.oneOf(stream.subscription().patterns())) : List.of(),
            world.chance(40) ? stream.subscription().types() : List.of(),
            world.since(EPOCH, model.head()));
    Subscription before = stream.subscription();
    List<ChannelPattern> added = change.addedTo(before);
    long at = stream.position();
    long since = change.since() instanceof Origin.Since s ? time.millis() - s.age().toMillis() : 0;
    List<CompletableFuture<Subscription>> outcome = new ArrayList<>();
    connection.loop.runFirstOf(() -> outcome.add(hub.streams().change(stream.id(), change)));
    try {
      Subscription next = outcome.getFirst().join();
      client.wanted = next;
      connection.check.changed(next, added, change.since(), at, since);
      note(client.name + " changed to " + next + " with " + added + " since " + change.since());
    } catch (CompletionException refused) {
      check(refused.getCause() instanceof InvalidEventException, "refused: " + refused);
    }
  }

  // ---- what holds at all times

  private void lookAround() {
    for (SimulatedClient client : clients) {
      Connection connection = client.connection;
      if (connection != null && connection.stream != null) {
        if (connection.outlet.isOver()) {
          cut(client, connection);
        } else if (connection.stream.state == Stream.State.RIDING) {
          connection.check.rides();
        }
      }
    }
  }

  private void comeToRest() {
    note("coming to rest");
    settle();
    // More than once: one that is far behind may be told to come back, and be behind again.
    for (int i = 0; i < 100 && clients.stream().anyMatch(each -> each.connection == null); i++) {
      for (SimulatedClient client : clients) {
        if (client.connection == null) {
          connect(client, client.origin());
        }
      }
      settle();
    }
    for (SimulatedClient client : clients) {
      Connection connection = client.connection;
      if (connection == null || connection.stream == null) {
        throw new AssertionError(client.name + " has no stream in the end");
      }
      Stream stream = connection.stream;
      check(
          stream.state == Stream.State.RIDING && stream.position() == model.head(),
          client.name + " is left " + stream.state + " at " + stream.position());
      try {
        connection.check.complete();
      } catch (AssertionError failure) {
        throw new AssertionError(client.name + ": " + failure.getMessage(), failure);
      }
    }
  }

  private void settle() {
    for (int i = 0; i < 100_000; i++) {
      boolean any = false;
      for (ManualLoop loop : loops) {
        while (loop.hasTask()) {
          loop.runNext();
          any = true;
        }
      }
      lookAround();
      for (SimulatedClient client : clients) {
        Connection connection = client.connection;
        if (connection != null) {
          connection.outlet.mode(ScriptedOutlet.Mode.FAST);
          Stream stream = connection.stream;
          boolean blocked = stream != null && stream.state == Stream.State.BLOCKED;
          drain(connection, 1 << 24);
          any |= blocked;
        }
      }
      if (!any) {
        return;
      }
    }
    throw new AssertionError("the hub doesn't come to rest");
  }

  private void drainAndComeBack() {
    note("draining");
    for (SimulatedClient client : clients) {
      Connection connection = client.connection;
      Stream stream = connection == null ? null : connection.stream;
      if (stream != null) {
        connection.loop.run(() -> stream.loop.drain(stream));
      }
    }
    lookAround();
    check(hub.streams().size() == 0, hub.streams().size() + " streams outlived the drain");
    comeToRest();
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }
}
