package io.sluice.examples.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ShopTest {

  @Test
  @Timeout(30)
  void everySubscriberGetsWhatTheExampleSaysItGets() throws InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Shop.run(new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "screen: orders/eu placed a chair",
            "screen: orders/us placed a lamp",
            "screen: orders/eu cancelled a chair",
            "packer: orders/eu placed a chair",
            "packer: orders/us placed a lamp",
            "screen again: orders/us placed a lamp",
            "screen again: orders/eu cancelled a chair",
            "chart: missed 2",
            "chart: prices/chair price 83",
            "chart: prices/chair price 84");
  }
}
