package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import io.sluice.hub.SimulatedClient.Connection;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a schedule: they connect, are cut, change their minds, and take what they like.
 */
final class SimulatedClients {

  private static final long MAX_EVENTS = 4_000;

  private final Stage stage;
  private final SplittableRandom random;
  private final RandomWorld world;
  private final Hub hub;
  private final ModelHub model;
  private final List<SimulatedClient> clients = new ArrayList<>();

  /** How often somebody publishes while a stream's bytes are written. */
  private final int meanwhilePercent;

  SimulatedClients(Stage stage, int meanwhilePercent) {
    this.stage = stage;
    this.random = stage.random;
    this.world = stage.world;
    this.hub = stage.hub;
    this.model = stage.model;
    this.meanwhilePercent = meanwhilePercent;
  }

  // ---- what they do

  private @Nullable Connection someConnection() {
    List<Connection> open = new ArrayList<>();
    for (SimulatedClient client : clients) {
      if (client.connection != null) {
        open.add(client.connection);
      }
    }
    return open.isEmpty() ? null : world.oneOf(open);
  }

  void drainSomeOutlet() {
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

  void setSomeMode() {
    Connection connection = someConnection();
    if (connection != null) {
      ScriptedOutlet.Mode mode = world.oneOf(List.of(ScriptedOutlet.Mode.values()));
      connection.outlet.mode(mode);
      stage.trace.note("outlet is now " + mode);
    }
  }

  void connectSomeClient() {
    SimulatedClient client;
    if (clients.size() < 8 && world.chance(60)) {
      client = new SimulatedClient("client " + clients.size(), world.subscription());
      clients.add(client);
      connect(client, world.origin(stage.epoch, model.head()));
    } else {
      client = clients.isEmpty() ? null : world.oneOf(clients);
      if (client != null && client.connection == null) {
        connect(client, client.origin());
      }
    }
  }

  private void connect(SimulatedClient client, Origin origin) {
    int index = random.nextInt(stage.loops.size());
    ManualLoop loop = stage.loops.get(index);
    StreamRequest request =
        new StreamRequest(client.wanted, origin, world.chance(20)).packed(world.packing());
    long since = origin instanceof Origin.Since s ? stage.time.millis() - s.age().toMillis() : 0;
    StreamCheck check = new StreamCheck(stage, request, since);
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
                // Not for ever: each write may bring more than one more write.
                if (model.head() < MAX_EVENTS && world.chance(meanwhilePercent)) {
                  stage.publish(1 + random.nextInt(20));
                }
              }
            });
    outlet.mode(world.chance(60) ? ScriptedOutlet.Mode.FAST : ScriptedOutlet.Mode.WINDOW);
    Connection connection = new Connection(loop, outlet, check);
    holder[0] = connection;
    client.connection = connection;
    stage.trace.note(
        client.name
            + " connects to loop "
            + index
            + " with "
            + origin
            + " for "
            + client.wanted
            + ", "
            + request.packing());
    loop.run(() -> connection.stream = stage.openers.get(index).open(request, outlet));
  }

  void cutSomeConnection() {
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
    client.cut(sent, bytes, stage.epoch);
    stage.trace.note(client.name + " is cut and holds " + client.lastEventId);
  }

  void changeSomeSubscription() {
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
            world.since(stage.epoch, model.head()));
    Subscription before = stream.subscription();
    List<ChannelPattern> added = change.addedTo(before);
    long since =
        change.since() instanceof Origin.Since s ? stage.time.millis() - s.age().toMillis() : 0;
    List<CompletableFuture<Subscription>> outcome = new ArrayList<>();
    connection.loop.runFirstOf(() -> outcome.add(hub.streams().change(stream.id(), change)));
    try {
      Subscription next = outcome.getFirst().join();
      client.wanted = next;
      // What was gathered for it was given to it first.
      connection.check.changed(change, stream.position(), since);
      stage.trace.note(
          client.name + " changed to " + next + " with " + added + " since " + change.since());
    } catch (CompletionException refused) {
      check(refused.getCause() instanceof InvalidEventException, "refused: " + refused);
    }
  }

  // ---- what holds at all times

  void lookAround() {
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

  void comeToRest() {
    stage.trace.note("coming to rest");
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
      for (ManualLoop loop : stage.loops) {
        while (loop.hasTask()) {
          loop.runNext();
          any = true;
        }
      }
      while (stage.store != null && stage.store.hasRead()) {
        stage.store.readNext();
        any = true;
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
      any |= stage.compress(Integer.MAX_VALUE);
      if (!any && !gathers()) {
        return;
      }
      if (!any) {
        stage.letTimePass(Packing.MAX_BATCH);
      }
    }
    throw new AssertionError("the hub doesn't come to rest");
  }

  private boolean gathers() {
    for (SimulatedClient client : clients) {
      Stream stream = client.connection == null ? null : client.connection.stream;
      Gathering gathering = stream == null ? null : stream.view.gathering;
      if (gathering != null && !gathering.isEmpty() && stream.state == Stream.State.RIDING) {
        return true;
      }
    }
    return false;
  }

  void drainAndComeBack() {
    stage.trace.note("draining");
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
