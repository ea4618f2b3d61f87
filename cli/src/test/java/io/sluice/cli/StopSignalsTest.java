package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopSignalsTest {

  private static final int INTERRUPT = 2;
  private static final int TERMINATE = 15;

  private final BlockingQueue<Thread> stopped = new LinkedBlockingQueue<>();
  private final List<Integer> ended = new CopyOnWriteArrayList<>();
  private final StopSignals signals =
      new StopSignals(() -> stopped.add(Thread.currentThread()), ended::add);

  @Test
  void firstSignalStopsOnAThreadOfItsOwn() throws InterruptedException {
    signals.received(TERMINATE);

    assertThat(stopped.poll(10, TimeUnit.SECONDS)).isNotNull().isNotSameAs(Thread.currentThread());
    assertThat(ended).isEmpty();
  }

  @Test
  void secondSignalEndsAtOnceWithTheCodeOfTheSignal() {
    signals.received(TERMINATE);
    signals.received(INTERRUPT);
    signals.received(TERMINATE);

    assertThat(ended).containsExactly(130, 143);
  }
}
