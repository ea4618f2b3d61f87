package io.sluice.server;

import io.sluice.event.Publication;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Notifications such as a team that runs a shop might get. Never the same twice in a row.
 *
 * <p>Not thread-safe: one caller at a time.
 */
final class DemoNotifications implements DemoSource {

  private static final List<Notice> NOTICES =
      List.of(
          new Notice("Deploy finished", "checkout 2.%d is live in all regions.", "success"),
          new Notice("Queue is growing", "Invoices wait %d s longer than usual.", "warning"),
          new Notice("New sign-in", "Someone signed in from a new device; %d did today.", "info"),
          new Notice("Payment failed", "The card for order 77%d was declined.", "error"),
          new Notice("Backup complete", "%d GiB stored and verified.", "success"),
          new Notice("Export is ready", "Your report with %d pages can be downloaded.", "info"),
          new Notice("Disk is filling up", "images-3 has %d GiB left.", "warning"),
          new Notice("Order shipped", "Parcel 40%d has left the warehouse.", "success"),
          new Notice("Maintenance tonight", "Search pauses for %d minutes at 02:00.", "info"),
          new Notice("Mail was rejected", "%d messages came back from one domain.", "error"));

  private final RandomGenerator random;
  private int last = -1;

  DemoNotifications(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public List<Publication> next(Instant now) {
    int index = random.nextInt(NOTICES.size());
    if (index == last) {
      index = (index + 1) % NOTICES.size();
    }
    last = index;
    Notice notice = NOTICES.get(index);
    Notification notification =
        new Notification(
            notice.title,
            String.format(notice.text, random.nextInt(11, 60)),
            notice.level,
            Json.time(now));
    return List.of(
        new Publication("notifications/all", "notification", null, Json.bytes(notification)));
  }

  private record Notice(String title, String text, String level) {}

  /** What a {@code notification} says. */
  private record Notification(String title, String text, String level, String time) {}
}
