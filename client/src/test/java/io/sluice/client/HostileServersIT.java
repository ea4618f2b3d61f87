package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Plays all servers of {@code conformance/hostile-servers.json} to the client. With {@code
 * -Dhostile.table=FILE} also to the clients of others, and writes what all of them did as a table.
 */
@Timeout(600)
class HostileServersIT {

  private static final int AT_A_TIME = 4;

  @TestFactory
  Stream<DynamicTest> doesWhatIsRight() throws IOException {
    SSLContext selfSigned = SelfSigned.context();
    // Several at a time: most of them are about waiting.
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    List<DynamicTest> tests = new ArrayList<>();
    for (HostileRow row : HostileRow.all()) {
      Future<HostileRow.Verdict> played =
          threads.submit(() -> row.play(new OwnHostileClient(), selfSigned));
      tests.add(
          DynamicTest.dynamicTest(
              row.name(),
              () -> {
                HostileRow.Verdict verdict = played.get();
                assertThat(verdict.right())
                    .as("right: %s; it: %s", row.right(), verdict.did())
                    .isTrue();
              }));
    }
    threads.shutdown();
    return tests.stream();
  }

  @Test
  @EnabledIfSystemProperty(named = "hostile.table", matches = ".+")
  void tableOfAllClients() throws Exception {
    String table = new HostileTable(SelfSigned.context()).markdown();
    Files.writeString(Path.of(System.getProperty("hostile.table")), table);
    assertThat(table).contains("clean close");
  }

  /** The client of this module, set to come back as soon as it lets itself be set. */
  static final class OwnHostileClient implements HostileClient {

    private static final Backoff QUICK =
        new Backoff(Duration.ofMillis(100), Duration.ofMillis(200));

    @Override
    public AutoCloseable start(Task task, Report report) {
      EventStream stream = EventStream.at(task.uri()).backoff(QUICK);
      if (task.silence() != null) {
        // A head comes as a whole, so that time for all of its bytes must be given.
        stream.maxSilence(task.silence()).answerWithin(task.silence().multipliedBy(4));
      }
      if (task.maxEvent() > 0) {
        stream.maxBlockBytes(task.maxEvent());
      }
      List<String> tokens = new ArrayList<>(task.tokens());
      if (!tokens.isEmpty()) {
        stream.token(() -> tokens.size() > 1 ? tokens.removeFirst() : tokens.getFirst());
      }
      return stream.listen(
          new StreamListener() {
            @Override
            public void onEvent(ReceivedEvent event) {
              report.event(event.id(), event.type(), event.data());
            }

            @Override
            public void onGap(Gap gap) {
              report.event(gap.id(), "gap", gap.toString());
            }

            @Override
            public void onEnd(StreamEnd end) {
              report.closed(end.toString());
            }
          });
    }
  }
}
