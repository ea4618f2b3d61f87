package io.sluice.cli;

import io.sluice.bench.Audience;
import io.sluice.bench.LoadPlan;
import io.sluice.bench.LoadRun;
import io.sluice.bench.Pace;
import io.sluice.bench.Phases;
import io.sluice.bench.Publishing;
import io.sluice.bench.Target;
import io.sluice.server.Settings;
import io.sluice.server.SluiceServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;

/**
 * Serves a few seconds of real traffic to itself, for the JVM to write down what a hub loads and
 * where it spends its time (JEP 514 and 515). With that, the next starts load everything at once
 * and compile the hot path first. The launcher runs it once for each build.
 */
final class Rehearsal {

  private static final int SUBSCRIBERS = 50;
  private static final int PUBLISHERS = 8;
  private static final int PAYLOAD_BYTES = 100;
  private static final Duration WARM_UP = Duration.ofMillis(500);
  private static final Duration WINDOW = Duration.ofSeconds(4);
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private Rehearsal() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    new CommandLine(new Sluice()).setOut(new PrintWriter(Writer.nullWriter())).execute("config");
    Settings settings = Settings.of(Map.of("listen", "127.0.0.1:0", "drain", "1s", "log", "warn"));
    ConsoleLog.setLevel(settings.log());
    SluiceServer server = SluiceServer.start(settings);
    String url = "http://127.0.0.1:" + server.address().getPort() + "/events/{channel}";
    LoadRun.run(
        new LoadPlan(
            Target.of(url, url),
            new Audience(SUBSCRIBERS, 1, SUBSCRIBERS, 1),
            new Publishing(PUBLISHERS, new Pace.FlatOut(), PAYLOAD_BYTES),
            new Phases(AT_MOST, WARM_UP, WINDOW, AT_MOST)),
        new StringBuilder());
    server.drain();
    System.exit(0); // this is when the JVM writes
  }
}
