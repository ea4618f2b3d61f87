package io.sluice.examples.dashboard;

import io.sluice.event.Publication;
import io.sluice.examples.site.Handler;
import io.sluice.examples.site.Launch;
import io.sluice.examples.site.Place;
import io.sluice.examples.site.Refusal;
import io.sluice.examples.site.Request;
import io.sluice.examples.site.Site;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The application: every second a sample into the hub's log, and an API for rules. */
@Command(
    name = "dashboard",
    description = "Figures of this machine and the hub every second, with alerts, for admins.")
public final class Dashboard implements Callable<Integer> {

  static final String SAMPLES = "dashboard/samples";

  private static final Logger log = LoggerFactory.getLogger(Dashboard.class);
  private static final int USUAL_PORT = 8096;
  private static final int MOST_WORK_MILLIS = 500;

  // Samples are kept for longer than the ten minutes that a page shows. Rules are kept for ever.
  private static final Map<String, String> HUB =
      Map.of(
          "rules",
          "{\"dashboard/**\": {subscribe: \"role:admin\"}}",
          "presence.channels",
          SAMPLES,
          "history.channels",
          "{\"dashboard/samples\": {events: 1000, age: 15m},"
              + " \"dashboard/alerts\": {events: 100, age: 7d},"
              + " \"dashboard/rules/*\": {events: 50, age: none}}");

  @Mixin private final Launch launch = new Launch();

  @Override
  public Integer call() throws InterruptedException {
    return launch.run(USUAL_PORT, place -> open(place).site());
  }

  /** What runs. */
  record Running(Site site, ScheduledExecutorService clock, Viewers viewers)
      implements AutoCloseable {
    @Override
    public void close() {
      clock.shutdownNow();
      viewers.close();
      site.close();
    }
  }

  /**
   * Starts it.
   *
   * @throws IOException if a port or a file can't be had
   */
  static Running open(Place place) throws IOException {
    Site site =
        Site.open(
            new Site.Plan(
                Dashboard.class,
                "dashboard",
                place,
                HUB,
                name -> name.startsWith("admin") ? Set.of("admin") : Set.of()));
    Traffic traffic = new Traffic();
    Alarms alarms = new Alarms(site.hub());
    Viewers viewers = new Viewers(site.hub(), SAMPLES);
    Gauges gauges = new Gauges(site.hub(), traffic, viewers);
    site.route("GET /api/rules", traffic.counted(admins(request -> alarms.rules())))
        .route("PUT /api/rules", traffic.counted(admins(request -> set(alarms, request))))
        .route("GET /api/alerts", traffic.counted(admins(request -> alarms.latest())))
        .route("GET /api/work", traffic.counted(Dashboard::work))
        .start();
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("samples").factory());
    clock.scheduleAtFixedRate(() -> tell(site, gauges, alarms), 1, 1, TimeUnit.SECONDS);
    return new Running(site, clock, viewers);
  }

  /** Each second. What fails is tried again in the next, or the schedule would end here. */
  private static void tell(Site site, Gauges gauges, Alarms alarms) {
    try {
      Sample sample = gauges.read(System.currentTimeMillis(), System.nanoTime());
      site.hub().publish(Publication.of(SAMPLES, "sample", Request.toJson(sample))).join();
      alarms.look(sample);
    } catch (RuntimeException e) {
      log.warn("a sample is missing", e);
    }
  }

  private static Handler admins(Handler handler) {
    return request -> {
      if (!request.signedIn().roles().contains("admin")) {
        throw new Refusal(403, request.signedIn().name() + " hasn't the role 'admin'");
      }
      return handler.handle(request);
    };
  }

  private static @Nullable Object set(Alarms alarms, Request request) {
    alarms.set(request.json(Rule.class));
    return null;
  }

  /**
   * Something to measure: keeps a processor busy for so long, and fails now and then if told to.
   */
  private static Object work(Request request) {
    request.signedIn();
    int millis = number(request, "millis", MOST_WORK_MILLIS);
    int failing = number(request, "failing", 100);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long turns = 0;
    while (System.nanoTime() < end) {
      turns++;
    }
    if (ThreadLocalRandom.current().nextInt(100) < failing) {
      throw new Refusal(503, "this one of " + failing + " in 100 fails");
    }
    return Map.of("turns", turns);
  }

  private static int number(Request request, String name, int most) {
    String text = request.query().getOrDefault(name, "0");
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // is told below
    }
    throw new Refusal(400, name + " is a number from 0 to " + most + ", not '" + text + "'");
  }
}
