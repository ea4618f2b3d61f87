package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightsTest {

  private final Weights weights = new Weights();
  private final List<Channel> channels = new ArrayList<>();

  @Test
  void theHeaviestIsOfTheHighestClassThroughAllChanges() {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      channel(1 + random.nextInt(10_000));
    }
    for (int i = 0; i < 2000; i++) {
      Channel changed = channels.get(random.nextInt(channels.size()));
      if (changed.retained() > 0 && random.nextInt(4) == 0) {
        while (changed.retained() > 0) {
          changed.giveUpOldest();
        }
        changed.retainedBytes = 0;
      } else {
        changed.add(i + 100);
        changed.retainedBytes = 1L + random.nextInt(100_000);
      }
      weights.update(changed);
      assertHeaviest();
    }
  }

  private void assertHeaviest() {
    long most =
        channels.stream()
            .filter(channel -> channel.retained() > 0)
            .mapToLong(channel -> Long.highestOneBit(channel.weight()))
            .max()
            .orElse(0);
    Channel heaviest = weights.heaviest();
    assertThat(heaviest == null ? 0 : Long.highestOneBit(heaviest.weight())).isEqualTo(most);
  }

  @Test
  void emptyChannelsComeInTheOrderInWhichTheyBecameEmpty() {
    Channel first = channel(10);
    Channel second = channel(10);
    empty(second);
    empty(first);

    assertThat(weights.emptiest()).isSameAs(second);
    weights.toTheEnd(second);
    assertThat(weights.emptiest()).isSameAs(first);
    weights.remove(first);
    assertThat(weights.emptiest()).isSameAs(second);
    weights.remove(second);
    weights.remove(second);
    assertThat(weights.emptiest()).isNull();
    assertThat(weights.heaviest()).isNull();
  }

  private Channel channel(long bytes) {
    Channel channel = new Channel("c" + channels.size(), 0, null);
    channel.open(Retention.DEFAULT, 0, 0, 0);
    channel.add(channels.size() + 1);
    channel.retainedBytes = bytes;
    weights.update(channel);
    channels.add(channel);
    return channel;
  }

  private void empty(Channel channel) {
    channel.giveUpOldest();
    channel.retainedBytes = 0;
    weights.update(channel);
  }
}
