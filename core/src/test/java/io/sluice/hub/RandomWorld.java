package io.sluice.hub;

import io.sluice.event.ChannelPattern;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.log.Retention;
import io.sluice.log.RetentionRules;
import io.sluice.subscription.Origin;
import io.sluice.subscription.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a schedule draws: channels out of a small tree, rules, data, subscriptions, origins. */
final class RandomWorld {

  private static final String[] SEGMENTS = {"a", "b", "c"};
  private static final String[] TYPES = {"t", "u", "v"};

  private final RandomGenerator random;
  private final int largest;

  /**
   * @param largest the most bytes that data ordinarily has
   */
  RandomWorld(RandomGenerator random, int largest) {
    this.random = random;
    this.largest = largest;
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  RetentionRules rules() {
    List<RetentionRules.Rule> rules = new ArrayList<>();
    rules.add(rule("a/b/**", 0, null, Long.MAX_VALUE));
    int more = random.nextInt(3);
    for (int i = 0; i < more; i++) {
      rules.add(
          rule(
              pattern(),
              chance(15) ? 0 : 1 + random.nextInt(chance(50) ? 4 : 100),
              chance(30) ? Duration.ofSeconds(1 + random.nextInt(60)) : null,
              chance(30) ? 1 + random.nextInt(4000) : Long.MAX_VALUE));
    }
    return new RetentionRules(chance(80) ? rules : rules.subList(1, rules.size()));
  }

  private RetentionRules.Rule rule(
      String pattern, long events, @Nullable Duration age, long bytes) {
    Retention.Behind behind = chance(25) ? Retention.Behind.DISCONNECT : Retention.Behind.GAP;
    return new RetentionRules.Rule(
        ChannelPattern.parse(pattern), new Retention(events, age, bytes, behind));
  }

  String channel() {
    StringBuilder name = new StringBuilder(segment());
    while (name.length() < 6 && chance(50)) {
      name.append('/').append(segment());
    }
    return name.toString();
  }

  private String segment() {
    return SEGMENTS[random.nextInt(SEGMENTS.length)];
  }

  private String pattern() {
    if (chance(15)) {
      return "**";
    }
    String channel = channel();
    if (chance(40)) {
      return channel;
    }
    if (chance(50)) {
      return channel + (chance(50) ? "/**" : "/*");
    }
    int slash = channel.lastIndexOf('/');
    return slash < 0 ? "*" : "*" + channel.substring(slash);
  }

  @Nullable String type() {
    return chance(40) ? null : TYPES[random.nextInt(TYPES.length)];
  }

  List<ChannelPattern> patterns(int atMost) {
    List<ChannelPattern> patterns = new ArrayList<>();
    int count = 1 + random.nextInt(atMost);
    for (int i = 0; i < count; i++) {
      patterns.add(ChannelPattern.parse(pattern()));
    }
    return patterns;
  }

  List<String> types() {
    return chance(75)
        ? List.of()
        : chance(50) ? List.of(oneOf(List.of(TYPES))) : List.of("t", Subscription.NO_TYPE);
  }

  Subscription subscription() {
    return Subscription.of(patterns(3), types());
  }

  /** How a stream wants its events. */
  Packing packing() {
    boolean batched = chance(50);
    return new Packing(
        batched ? Duration.ofMillis(10 + random.nextInt(chance(50) ? 200 : 5000)) : Duration.ZERO,
        chance(40));
  }

  Publication publication(String channel, long sequence) {
    int size = chance(60) ? random.nextInt(60) : random.nextInt(largest);
    if (chance(1)) {
      size = random.nextInt(20_000); // more than a segment holds
    }
    String data = sequence + " " + "x".repeat(size) + (chance(10) ? "\n\u2028\u00e9" : "");
    return new Publication(
        channel,
        type(),
        chance(20) ? "key" + random.nextInt(3) : null,
        data.getBytes(StandardCharsets.UTF_8));
  }

  /** Where a new subscriber begins: anything that can be asked for. */
  Origin origin(String epoch, long head) {
    return switch (random.nextInt(9)) {
      case 0, 1, 2 -> new Origin.After(new EventId(epoch, random.nextLong(head + 1)));
      case 3 -> new Origin.After(new EventId("other", random.nextLong(1000)));
      case 4 -> new Origin.Unknown();
      case 5 -> new Origin.Earliest();
      case 6 -> new Origin.Since(Duration.ofMillis(1 + random.nextInt(60_000)));
      case 7 -> new Origin.Last(1 + random.nextInt(5));
      default -> Origin.live();
    };
  }

  /** From where channels that are added are wanted. */
  Origin since(String epoch, long head) {
    return switch (random.nextInt(6)) {
      case 0 -> new Origin.Earliest();
      case 1 -> new Origin.Last(1 + random.nextInt(5));
      case 2 -> new Origin.After(new EventId(epoch, random.nextLong(head + 1)));
      case 3 -> new Origin.Since(Duration.ofMillis(1 + random.nextInt(60_000)));
      default -> Origin.live();
    };
  }
}
