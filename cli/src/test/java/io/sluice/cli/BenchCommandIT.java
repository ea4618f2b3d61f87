package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice bench} against the server itself: that it measures, not what. */
@Timeout(60)
class BenchCommandIT {

  @Test
  void everyEventReachesEverySubscriberOfItsChannel() throws IOException {
    CommandRun run =
        bench(
            "--subscribers",
            "6",
            "--channels",
            "3",
            "--channel",
            "room-{n}",
            "--rate",
            "60",
            "--seconds",
            "1",
            "--warm-up",
            "0",
            "--json");
    JsonNode figures = JsonMapper.shared().readTree(run.out());
    assertThat(run.exitCode()).isZero();
    assertThat(figures.path("subscribers").asInt()).isEqualTo(6);
    assertThat(figures.path("channels").asInt()).isEqualTo(3);
    assertThat(figures.path("accepted").asLong()).isPositive();
    assertThat(figures.path("received").asLong()).isEqualTo(2 * figures.path("accepted").asLong());
    assertThat(run.err()).contains("connecting 6 subscribers");
  }

  @Test
  void eventsInBatchesAreCountedAndCheckedOneByOne() throws IOException {
    CommandRun run =
        bench(
            "--subscribers",
            "2",
            "--batch",
            "10",
            "--rate",
            "500",
            "--seconds",
            "1",
            "--warm-up",
            "0",
            "--json");
    JsonNode figures = JsonMapper.shared().readTree(run.out());
    assertThat(run.exitCode()).isZero();
    assertThat(figures.path("accepted").asLong()).isPositive();
    assertThat(figures.path("accepted").asLong() % 10).isZero();
    assertThat(figures.path("received").asLong()).isEqualTo(2 * figures.path("accepted").asLong());
  }

  @Test
  void subscribersThatComeBackGetWhatTheyMissed() throws IOException {
    CommandRun run = bench("reconnect", "--subscribers", "5", "--missed", "7", "--at-most", "10");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("5 of 5 with 7 missed events each");
  }

  @Test
  void thePastIsReplayedBesideLiveTraffic() throws IOException {
    CommandRun run =
        bench(
            "replay",
            "--clients",
            "3",
            "--events",
            "200",
            "--later",
            "1",
            "--subscribers",
            "2",
            "--seconds",
            "1",
            "--warm-up",
            "0",
            "--at-most",
            "10");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("3 of 3 with 200 events each");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect --at-once 0",
        "connect --seconds 0",
        "connect --warm-up -1",
        "connect --tokens nowhere",
        "--channels 3",
        "--bytes 3",
        "--rate 0",
        "--batch 0",
        "--batch 10001",
        "--rate 10 --flat-out",
        "--publish-header nonsense",
        "reconnect --token hush --token-file hush",
        "replay --clients 0",
        "idle --http2 -1"
      })
  void optionsThatMakeNoPlanAreWrongUsage(String arguments) {
    CommandRun run = CommandRun.of(new BenchCommand(), arguments.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("sluice: ");
  }

  private static CommandRun bench(String... arguments) throws IOException {
    try (SluiceServer server = SluiceServer.start(Settings.of(Map.of("listen", "127.0.0.1:0")))) {
      String url = "http://127.0.0.1:" + server.address().getPort();
      return CommandRun.of(new BenchCommand(), CommandRun.at(url, arguments));
    }
  }
}
