package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTest {

  private final Channel channel = new Channel("c", 0, null);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theIndexIsAListOfSequencesFromWhichTheOldestGo(long seed) {
    channel.open(Retention.DEFAULT, 0, 0, 0);
    Random random = new Random(seed);
    List<Long> model = new ArrayList<>();
    int retained = 0;
    long sequence = 0;
    for (int i = 0; i < 5000; i++) {
      int draw = random.nextInt(10);
      // It grows for a while and shrinks for a while, so that it wraps at all sizes.
      if (draw < ((i / 500) % 2 == 0 ? 6 : 3)) {
        sequence += 1 + random.nextInt(3);
        channel.add(sequence);
        model.add(sequence);
        retained++;
      } else if (draw < 8 && retained > 0) {
        assertThat(channel.giveUpOldest()).isEqualTo(model.get(model.size() - retained));
        retained--;
        assertThat(channel.floor).isEqualTo(model.get(model.size() - retained - 1));
      } else if (!model.isEmpty()) {
        long through = model.get(random.nextInt(model.size()));
        channel.dropThrough(through, 0, i);
        while (model.size() > retained && model.getFirst() <= through) {
          model.removeFirst();
        }
      }
      compare(model, retained, random.nextInt((int) sequence + 2));
    }
  }

  private void compare(List<Long> model, int retained, long position) {
    assertThat(channel.size()).isEqualTo(model.size());
    assertThat(channel.retained()).isEqualTo(retained);
    long after = model.stream().filter(each -> each <= position).count();
    assertThat(channel.indexAfter(position)).isEqualTo((int) after);
    for (int i = 0; i < model.size(); i++) {
      assertThat(channel.at(i)).isEqualTo(model.get(i));
    }
  }

  @Test
  void whatIsMissedIsCountedWhileAllThatIsGoneIsKnown() {
    channel.open(Retention.DEFAULT, 0, 0, 0);
    fill(1, 10, 10);
    channel.dropThrough(6, 0, 1);

    assertThat(channel.missedByLive(0)).isEqualTo(6);
    assertThat(channel.missedByLive(4)).isEqualTo(2);
    assertThat(channel.missedByLive(6)).isZero();
    assertThat(channel.missedByResume(4)).isEqualTo(6);
    assertThat(channel.missedByResume(8)).isEqualTo(2);
  }

  @Test
  void whatIsMissedIsUnknownBeforeAnEventThatWasSomebodyElses() {
    channel.open(Retention.DEFAULT, 0, 0, 0);
    fill(1, 3, 3);
    fill(5, 8, 4); // 4 was another channel's
    channel.dropThrough(8, 0, 1);

    assertThat(channel.missedByLive(4)).isEqualTo(4);
    assertThat(channel.missedByLive(2)).isEqualTo(Loss.UNKNOWN);
  }

  @Test
  void whatIsStillThereIsntCountedAsMissed() {
    channel.open(Retention.DEFAULT, 0, 0, 0);
    fill(1, 10, 10);
    channel.dropThrough(10, 6, 1); // from 6 on the bytes are gone; those before may be read yet

    assertThat(channel.missedByLive(0)).isEqualTo(Loss.UNKNOWN);
    assertThat(channel.missedByLive(5)).isEqualTo(5);
  }

  @Test
  void aTransientChannelLosesNothing() {
    channel.open(new Retention(0, null, Long.MAX_VALUE, Retention.Behind.GAP), 5, 5, 5);
    fill(6, 9, 4);
    channel.dropThrough(9, 0, 6);

    assertThat(channel.floor).isZero();
    assertThat(channel.lost).isZero();
    assertThat(channel.size()).isZero();
  }

  @Test
  void aChannelThatWasForgottenComesBackWithWhatAllForgottenLost() {
    channel.open(Retention.DEFAULT, 20, 15, 3);

    assertThat(channel.floor).isEqualTo(20);
    assertThat(channel.lost).isEqualTo(15);
    assertThat(channel.lostStamp).isEqualTo(3);
    assertThat(channel.missedByLive(10)).isEqualTo(Loss.UNKNOWN);
  }

  private void fill(long from, long to, int giveUp) {
    for (long sequence = from; sequence <= to; sequence++) {
      channel.add(sequence);
    }
    for (int i = 0; i < giveUp; i++) {
      channel.giveUpOldest();
    }
  }
}
