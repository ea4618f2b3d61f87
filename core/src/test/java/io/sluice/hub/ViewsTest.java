package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.ChannelPattern;
import io.sluice.subscription.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewsTest {

  private final Views views = new Views();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aChannelConcernsTheViewsWhosePatternsMatchIt(long seed) {
    Random random = new Random(seed);
    List<View> entered = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      if (entered.isEmpty() || random.nextInt(5) > 1) {
        entered.add(views.enter(subscription(random), Packing.NONE));
      } else {
        views.exit(entered.remove(random.nextInt(entered.size())));
      }
      String channel = channel(random);
      assertThat(views.of(channel))
          .as("of %s after %s steps", channel, i)
          .containsExactlyInAnyOrderElementsOf(
              entered.stream()
                  .filter(view -> view.subscription.matches(channel))
                  .distinct()
                  .toList());
    }
    entered.forEach(views::exit);
    assertThat(views.size()).isZero();
    assertThat(views.of("0/1")).isEmpty();
  }

  @Test
  void whoWantsTheSameSharesAView() {
    View first = views.enter(Subscription.to("a", "b/*"), Packing.NONE);
    View second = views.enter(Subscription.to("b/*", "a"), Packing.NONE);
    assertThat(second).isSameAs(first);
    views.exit(first);
    assertThat(views.of("a")).containsExactly(first);
    views.exit(second);
    assertThat(views.of("a")).isEmpty();
  }

  private static Subscription subscription(Random random) {
    int count = 1 + random.nextInt(3);
    List<ChannelPattern> patterns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String channel = channel(random);
      patterns.add(
          ChannelPattern.parse(
              switch (random.nextInt(4)) {
                case 0 -> channel;
                case 1 -> channel + "/**";
                case 2 -> "*/" + channel;
                default -> random.nextInt(5) == 0 ? "**" : channel + "/*";
              }));
    }
    return Subscription.of(patterns, random.nextInt(3) == 0 ? List.of("t") : List.of());
  }

  private static String channel(Random random) {
    StringBuilder channel = new StringBuilder().append(random.nextInt(3));
    while (channel.length() < 7 && random.nextBoolean()) {
      channel.append('/').append(random.nextInt(3));
    }
    return channel.toString();
  }
}
