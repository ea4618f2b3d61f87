package io.sluice.examples.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.SluiceClient;
import io.sluice.testing.SluiceTest;
import io.sluice.testing.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@SluiceTest(durable = true)
@Timeout(60)
class LedgerIT {

  private static final int PAYMENTS = 150;

  @Test
  void everyPaymentCountsOnceOverCutsRestartsAndCrashes(
      TestHub hub, SluiceClient client, @TempDir Path directory)
      throws SQLException, IOException, InterruptedException {
    long seed = new Random().nextLong();
    System.out.println("seed of the ledger's schedule: " + seed);
    Random random = new Random(seed);
    long sum = 0;
    int published = 0;
    int taken = 0;
    while (taken < PAYMENTS) {
      int more = Math.min(random.nextInt(1, 40), PAYMENTS - published);
      for (int i = 0; i < more; i++) {
        int amount = random.nextInt(1000);
        hub.publish("payments", String.valueOf(amount));
        sum += amount;
      }
      published += more;
      if (random.nextInt(4) == 0) {
        hub.cut();
      }
      if (random.nextInt(8) == 0) {
        hub.restart();
      }
      // Whoever dies in the middle begins anew with what the database has.
      int some = random.nextInt(published - taken + 1);
      try (Ledger ledger = new Ledger(directory.resolve("ledger.db"))) {
        ledger.follow(client, some);
      }
      taken += some;
    }

    try (Ledger ledger = new Ledger(directory.resolve("ledger.db"))) {
      assertThat(ledger.sum()).as("seed %d", seed).isEqualTo(sum);
    }
  }
}
