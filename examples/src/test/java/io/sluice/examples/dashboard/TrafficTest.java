package io.sluice.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.examples.site.Handler;
import io.sluice.examples.site.Refusal;
import io.sluice.examples.site.Request;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class TrafficTest {

  private static final Request REQUEST = new Request(null, "", Map.of(), null, new byte[0]);

  private final Traffic traffic = new Traffic();

  @Test
  void everyRequestIsCountedOnceHoweverManyThereAreAtATime() throws Exception {
    Handler handler = traffic.counted(request -> "done");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        threads.submit(
            () -> {
              for (int i = 0; i < 5000; i++) {
                handler.handle(REQUEST);
              }
              return null;
            });
      }
    }

    assertThat(traffic.take().requests()).isEqualTo(20_000);
    assertThat(traffic.take()).isEqualTo(Traffic.Count.NONE);
  }

  @Test
  void whatIsRefusedOrFailsIsAnError() throws Exception {
    Handler refusing =
        traffic.counted(
            request -> {
              throw new Refusal(503, "no");
            });
    assertThatThrownBy(() -> refusing.handle(REQUEST)).isInstanceOf(Refusal.class);
    assertThat(traffic.counted(request -> "done").handle(REQUEST)).isEqualTo("done");

    Traffic.Count count = traffic.take();
    assertThat(count.requests()).isEqualTo(2);
    assertThat(count.errors()).isEqualTo(1);
    assertThat(count.nanos()).isPositive();
  }
}
