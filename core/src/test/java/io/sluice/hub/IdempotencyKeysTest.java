package io.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.event.EventId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {

  private final IdempotencyKeys keys = new IdempotencyKeys(3, receipt -> true);
  private final List<CompletableFuture<Receipt>> publishes = new ArrayList<>();

  private CompletableFuture<Receipt> publish() {
    publishes.add(new CompletableFuture<>());
    return publishes.getLast();
  }

  @Test
  void aKeyWhoseFirstPublishIsInFlightWaitsForItsOutcome() {
    CompletableFuture<Receipt> first = keys.once("k", 0, this::publish);
    CompletableFuture<Receipt> second = keys.once("k", 1, this::publish);
    assertThat(publishes).hasSize(1);
    assertThat(second).isNotDone();

    publishes.getFirst().complete(receipt(7));
    assertThat(first.join()).isEqualTo(receipt(7));
    assertThat(second.join()).isEqualTo(new Receipt(new EventId("e", 7), 1, true));
  }

  @Test
  void aPublishThatFailedCanBeTriedAgain() {
    CompletableFuture<Receipt> first = keys.once("k", 0, this::publish);
    CompletableFuture<Receipt> waiting = keys.once("k", 0, this::publish);
    publishes.getFirst().completeExceptionally(new IllegalStateException("full"));
    assertThat(first).isCompletedExceptionally();
    assertThat(waiting).isCompletedExceptionally();

    keys.once("k", 1, this::publish);
    assertThat(publishes).hasSize(2);
  }

  @Test
  void aKeyIsForgottenAfterItsWindow() {
    complete("k", 0);
    long window = IdempotencyKeys.WINDOW.toMillis();
    keys.once("k", window, this::publish);
    assertThat(publishes).hasSize(1);
    keys.once("k", window + 1, this::publish);
    assertThat(publishes).hasSize(2);
  }

  @Test
  void theOldestGoesWhenThereAreTooMany() {
    complete("1", 0);
    complete("2", 0);
    complete("3", 0);
    complete("4", 0);
    keys.once("2", 0, this::publish);
    assertThat(publishes).hasSize(4);
    keys.once("1", 0, this::publish);
    assertThat(publishes).hasSize(5);
  }

  private void complete(String key, long now) {
    keys.once(key, now, this::publish);
    publishes.getLast().complete(receipt(publishes.size()));
  }

  private static Receipt receipt(long sequence) {
    return new Receipt(new EventId("e", sequence), 1, false);
  }
}
