package io.sluice.examples.notifications;

import io.sluice.examples.site.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The application, but that its process is gone from one moment to the next when it publishes its
 * nth event: before the hub has it, or after, with the outbox not knowing.
 */
final class DyingNotifications {

  static final int EXIT_CODE = 9;

  private DyingNotifications() {}

  /**
   * Arguments: the directory, when it dies ({@code before} or {@code after}), and at which event.
   */
  public static void main(String[] args) throws IOException {
    int last = Integer.parseInt(args[2]);
    AtomicInteger published = new AtomicInteger();
    var running =
        Notifications.open(
            Place.anywhere(Path.of(args[0])),
            publisher ->
                (events, key) -> {
                  boolean dies = published.incrementAndGet() == last;
                  if (dies && args[1].equals("before")) {
                    Runtime.getRuntime().halt(EXIT_CODE);
                  }
                  var answer = publisher.publish(events, key);
                  if (dies) {
                    answer.join();
                    Runtime.getRuntime().halt(EXIT_CODE);
                  }
                  return answer;
                });
    System.out.println(running.site().origin());
  }
}
