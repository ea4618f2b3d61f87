package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiptsTest {

  private final Receipts receipts = new Receipts(2);

  @Test
  void eachPublishersSequenceIsItsOwn() {
    receive(0, 0, 1);
    receive(1, 0, 1, 2);
    receive(0, 2);

    assertFigures(6, 0, 0);
  }

  @Test
  void aLostEventIsNotReceived() {
    receive(0, 0, 1, 3, 4);

    assertFigures(4, 0, 0);
  }

  @Test
  void anEventThatCameTwiceIsADuplicate() {
    receive(0, 0, 1, 1, 0, 2);

    assertFigures(3, 2, 0);
  }

  @Test
  void anEventThatCameLateIsOutOfOrderAndReceived() {
    receive(0, 0, 4, 2, 1, 3, 5);

    assertFigures(6, 0, 3);
  }

  @Test
  void aLateEventThatCameTwiceIsBoth() {
    receive(0, 0, 3, 1, 1);
    receive(1, 1, 0, 0);

    assertFigures(5, 2, 2);
  }

  @Test
  void endlessLossesAreBounded() {
    for (int sequence = 0; sequence < 1_000_000; sequence += 2) {
      receive(0, sequence);
    }
    receive(0, 999_997);
    receive(0, 1);

    // The hole of 1 was given up long ago: what comes then counts as a duplicate.
    assertFigures(500_001, 1, 1);
  }

  private void receive(int publisher, int... sequences) {
    for (int sequence : sequences) {
      receipts.received(publisher, sequence);
    }
  }

  private void assertFigures(long received, long duplicates, long outOfOrder) {
    assertThat(receipts.received()).isEqualTo(received);
    assertThat(receipts.duplicates()).isEqualTo(duplicates);
    assertThat(receipts.outOfOrder()).isEqualTo(outOfOrder);
  }
}
