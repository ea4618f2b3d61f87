package io.sluice.testing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.Delivery;
import io.sluice.client.EventReader;
import io.sluice.client.Gap;
import io.sluice.client.ReceivedEvent;
import io.sluice.client.SluiceClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SluiceTest
@Timeout(60)
class SluiceTestIT {

  private TestHub before;

  @BeforeEach
  void begin(TestHub hub) {
    before = hub;
  }

  @Test
  void aTestHasOneHub(TestHub hub, SluiceClient client) {
    assertThat(hub).isSameAs(before);
    assertThat(client.url()).hasToString(hub.url());
  }

  @Test
  void aProbeSeesWhatIsPublishedAfterwards(
      SluiceClient client, @Channels("orders/*") StreamProbe probe) throws InterruptedException {
    client.publish("news", "not for the probe");
    client.publish("orders/42", "order-shipped", "{\"order\":42}");

    probe
        .expect("order-shipped")
        .within(ofSeconds(10))
        .withData("{\"order\":42}")
        .onChannel("orders/42");
    probe.expectNothingFor(ofMillis(50));
  }

  @Test
  void anExpectationThatFailsSaysWhatCameInstead(SluiceClient client, StreamProbe probe)
      throws InterruptedException {
    client.publish("news", "other", "something else");
    probe.expect("other").within(ofSeconds(10));
    client.publish("news", "other", "another one");

    assertThatThrownBy(() -> probe.expect("wanted").within(ofMillis(300)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("wanted")
        .hasMessageContaining("another one")
        .hasMessageNotContaining("something else");
    assertThatThrownBy(() -> probe.expectNothingFor(ofMillis(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("another one");
  }

  @Test
  void whatIsPublishedWhileConnectionsAreCutComesLater(TestHub hub, StreamProbe probe) {
    hub.publish("news", "a", "before");
    hub.cut();
    hub.publish("news", "b", "after the cut");
    try (Fault outage = hub.outage()) {
      hub.publish("news", "c", "during the outage");
    }

    probe.expect("a").within(ofSeconds(10));
    probe.expect("b").within(ofSeconds(10));
    probe.expect("c").within(ofSeconds(10)).withData("during the outage");
    assertThat(probe.unexpected()).isEmpty();
  }

  @Test
  void nothingPassesWhileTheNetworkStalls(TestHub hub, StreamProbe probe) {
    try (Fault stall = hub.stall()) {
      hub.publish("news", "late", "1");
      probe.expectNothingFor(ofMillis(200));
    }
    probe.expect("late").within(ofSeconds(10));
  }

  @Test
  @SluiceTest(settings = "stream.heartbeat=1s")
  void aClientGivesUpAConnectionThatStalls(TestHub hub, StreamProbe probe) {
    Fault stall = hub.stall();
    hub.publish("news", "late", "1");
    // The connection is given up after 2.5 heartbeats; another one, made later, must get through.
    probe.expectNothingFor(ofMillis(2600));
    stall.close();
    probe.expect("late").within(ofSeconds(10));
  }

  @Test
  void aRestartWithoutAFileIsAGap(TestHub hub, StreamProbe probe) throws IOException {
    hub.publish("news", "before", "1");
    probe.expect("before").within(ofSeconds(10));

    hub.restart();
    hub.publish("news", "after", "2");

    probe.expectGap().within(ofSeconds(10)).because(Gap.Reason.RESET);
    probe.expect("after").within(ofSeconds(10));
  }

  @Test
  @SluiceTest(durable = true)
  void aRestartWithAFileLosesNothing(TestHub hub, StreamProbe probe) throws IOException {
    hub.publish("news", "before", "1");
    try (Fault outage = hub.outage()) {
      hub.publish("news", "between", "2");
      hub.restart();
    }
    hub.publish("news", "after", "3");

    probe.expect("before").within(ofSeconds(10));
    probe.expect("between").within(ofSeconds(10));
    probe.expect("after").within(ofSeconds(10));
    assertThat(probe.unexpected()).isEmpty();
  }

  @Test
  void whatWasEvictedMeanwhileIsAGap(TestHub hub, StreamProbe probe) {
    hub.publish("news", "seen", "1");
    probe.expect("seen").within(ofSeconds(10));
    try (Fault outage = hub.outage()) {
      hub.publish("news", "lost", "2");
      hub.publish("news", "lost", "3");
      hub.evict();
      hub.publish("news", "kept", "4");
    }

    probe.expectGap().within(ofSeconds(10)).because(Gap.Reason.EVICTED).ofEvents(2);
    probe.expect("kept").within(ofSeconds(10));
    assertThat(probe.unexpected()).isEmpty();
  }

  @Test
  @SluiceTest(settings = "history.memory=16MiB")
  void aSlowReaderFallsBehindUntilItIsTold(TestHub hub, SluiceClient client)
      throws InterruptedException {
    try (EventReader reader = client.stream("big").startEarliest().open()) {
      hub.publish("big", "first", "1");
      assertThat(reader.next()).isInstanceOf(ReceivedEvent.class);
      Fault slow = hub.slow(20_000);
      String data = "x".repeat(500_000);
      for (int i = 0; i < 80; i++) {
        hub.publish("big", "large", data);
      }
      slow.close();

      List<Gap> gaps = new ArrayList<>();
      Delivery last = reader.next();
      while (gaps.isEmpty()) {
        if (last instanceof Gap gap) {
          gaps.add(gap);
        }
        last = reader.next();
      }
      assertThat(gaps).first().extracting(Gap::reason).isEqualTo(Gap.Reason.SLOW);
    }
  }
}
