package io.sluice.examples.notifications;

import io.sluice.examples.site.Launch;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Site;
import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The application: its API over its tables, and an outbox between these and its hub. */
@Command(
    name = "notifications",
    description = "Notifications to one user, a role or all: stored first, then published.")
public final class Notifications implements Callable<Integer> {

  private static final int USUAL_PORT = 8094;
  private static final Map<String, Set<String>> ROLES =
      Map.of("ada", Set.of("sender", "ops"), "ben", Set.of("ops"));

  // Everybody reads their own, and only the application publishes. Who is away for longer than the
  // hub remembers is told of a gap, and reads the tables.
  private static final Map<String, String> HUB =
      Map.of(
          "rules", "{\"users/{sub}/**\": {subscribe: subject}}",
          "history.channels", "{\"**\": {events: 1000, age: 24h}}");

  @Mixin private final Launch launch = new Launch();

  @Override
  public Integer call() throws InterruptedException {
    // The rest needs no end in good order: it is made to be killed.
    return launch.run(USUAL_PORT, place -> open(place).site());
  }

  /** What runs. */
  record Running(Site site, Outbox outbox, Database database) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      outbox.close();
      site.close();
      database.close();
    }
  }

  /**
   * Starts it.
   *
   * @throws IOException if a port or a file can't be had
   */
  static Running open(Place place) throws IOException {
    return open(place, publisher -> publisher);
  }

  /** With something between the tables and the hub. */
  static Running open(Place place, UnaryOperator<Outbox.Publisher> between) throws IOException {
    Site site =
        Site.open(
            new Site.Plan(
                Notifications.class,
                "notifications",
                place,
                HUB,
                name -> ROLES.getOrDefault(name, Set.of())));
    try {
      Database database = new Database(place.data().resolve("notifications.db"));
      Outbox outbox = new Outbox(database, between.apply(site.hub()::publish));
      new NotificationsApi(new Mailbox(database, InstantSource.system()), outbox).addTo(site);
      return new Running(site.start(), outbox, database);
    } catch (SQLException e) {
      site.close();
      throw new IOException("the tables in " + place.data() + " can't be used", e);
    }
  }
}
