package io.sluice.examples.chat;

import io.sluice.examples.site.Launch;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Site;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A chat. The hub's log is its only database: a message is an event, and so are its edits and its
 * deletion. The desk checks what people ask for and publishes it; their pages read the hub.
 *
 * <p>Thread-safe.
 */
@Command(name = "chat", description = "Rooms, private messages, who is there and who is typing.")
public final class Chat implements Callable<Integer> {

  private static final int USUAL_PORT = 8090;

  private static final Map<String, String> HUB =
      Map.of(
          "rules",
          """
          {"rooms/*": {subscribe: authenticated}, "rooms/*/typing": {subscribe: authenticated},
           "chat/*": {subscribe: authenticated}, "users/{sub}/direct": {subscribe: subject}}
          """,
          "history.channels",
          """
          {"rooms/*/typing": {events: 0}, "rooms/*/@presence": {events: 1000, age: 1d},
           "rooms/*": {events: 10000, age: 90d}, "users/*/direct": {events: 1000, age: 90d},
           "chat/*": {events: 1000, age: 3650d}}
          """,
          "presence.channels",
          "rooms/*",
          "stream.time",
          "true");

  @Mixin private final Launch launch = new Launch();

  @Override
  public Integer call() throws InterruptedException {
    return launch.run(USUAL_PORT, place -> open(place, Pace.USUAL));
  }

  /**
   * Opens it.
   *
   * @param pace how much everybody may say
   * @throws IOException see {@link Site#open}
   */
  static Site open(Place place, Pace pace) throws IOException {
    Site site = Site.open(new Site.Plan(Chat.class, "chat", place, HUB, Chat::roles));
    try {
      Desk desk = new Desk(site, new Speakers(pace, InstantSource.system()));
      return site.route("POST /api/rooms", desk::open)
          .route("POST /api/messages", desk::say)
          .route("PUT /api/messages/*", desk::edit)
          .route("DELETE /api/messages/*", desk::delete)
          .route("POST /api/typing", desk::type)
          .route("POST /api/announcements", desk::announce)
          .start();
    } catch (IOException | RuntimeException e) {
      site.close();
      throw e;
    }
  }

  private static Set<String> roles(String name) {
    return name.equals("admin") ? Set.of("admin") : Set.of();
  }

  /** How much one user may say within a time; how far apart their signs of typing are passed on. */
  record Pace(int messages, Duration within, Duration typing) {

    static final Pace USUAL = new Pace(10, Duration.ofSeconds(10), Duration.ofSeconds(1));
  }
}
