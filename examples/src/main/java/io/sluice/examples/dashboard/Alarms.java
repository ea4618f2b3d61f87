package io.sluice.examples.dashboard;

import io.sluice.event.Event;
import io.sluice.event.Publication;
import io.sluice.examples.site.Request;
import io.sluice.hub.Hub;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules, and which of them hold. Both are kept in the hub's log and nowhere else: a start reads
 * the rules as they were set last, and the alerts that were raised and not cleared.
 *
 * <p>Thread-safe: guarded by this.
 */
final class Alarms {

  /** Each figure's rule has a channel of its own below, so that none takes another's place. */
  static final String RULES = "dashboard/rules/";

  static final String ALERTS = "dashboard/alerts";

  private static final int ALL = 1000; // more than their channels keep
  private static final List<Rule> USUAL =
      List.of(new Rule("cpu", 90, 10), new Rule("errors", 5, 5), new Rule("response", 100, 5));

  private final Hub hub;
  private final Map<String, Watch> watches = new LinkedHashMap<>();

  Alarms(Hub hub) {
    this.hub = hub;
    for (Rule rule : USUAL) {
      watches.put(rule.figure(), new Watch(rule, false));
    }
    for (Event event : kept(RULES + "*")) {
      Rule rule = Request.fromJson(event.data(), Rule.class);
      watches.put(rule.figure(), new Watch(rule, false));
    }
    for (Alert alert : latest()) {
      Watch watch = watches.get(alert.rule().figure());
      if (watch != null) {
        watches.put(alert.rule().figure(), new Watch(watch.rule(), alert.raised()));
      }
    }
  }

  private List<Event> kept(String channel) {
    return hub.history(Subscription.to(channel), Origin.earliest(), ALL).join().events();
  }

  /** All rules. */
  synchronized List<Rule> rules() {
    return watches.values().stream().map(Watch::rule).toList();
  }

  /** What was raised and cleared last, the newest at the end. */
  List<Alert> latest() {
    return kept(ALERTS).stream().map(event -> Request.fromJson(event.data(), Alert.class)).toList();
  }

  /** The rules that hold now. */
  synchronized List<Rule> raised() {
    return watches.values().stream().filter(Watch::isRaised).map(Watch::rule).toList();
  }

  /** Sets the rule of a figure. What was raised stays so until the new rule clears it. */
  synchronized void set(Rule rule) {
    Watch before = watches.get(rule.figure());
    publish(RULES + rule.figure(), "rule", rule.figure(), rule);
    watches.put(rule.figure(), new Watch(rule, before != null && before.isRaised()));
  }

  /** Looks at a sample, and publishes what is raised and cleared by it. */
  synchronized void look(Sample sample) {
    List<Alert> alerts = new ArrayList<>();
    watches.values().forEach(watch -> watch.look(sample).ifPresent(alerts::add));
    for (Alert alert : alerts) {
      publish(ALERTS, alert.raised() ? "raised" : "cleared", alert.rule().figure(), alert);
    }
  }

  private void publish(String channel, String type, String key, Object data) {
    byte[] json = Request.toJson(data).getBytes(StandardCharsets.UTF_8);
    hub.publish(new Publication(channel, type, key, json)).join();
  }
}
