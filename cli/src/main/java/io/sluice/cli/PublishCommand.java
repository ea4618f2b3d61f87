package io.sluice.cli;

import io.sluice.event.ChannelName;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice publish}: one event from the command line, or one for each line of input. */
@Command(
    name = "publish",
    description = {
      "Publishes events to a channel.",
      "",
      "With DATA, publishes it as one event and prints its id. Without, publishes every line of"
          + " standard input as an event of its own as soon as it comes. A line that was read is"
          + " published once, even if the connection breaks or the server restarts meanwhile: what"
          + " wasn't answered is sent again until it is. A line that the server refuses is reported"
          + " and skipped.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all was published",
      "1:something wasn't: standard error says what and why",
      "2:wrong usage",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice publish news 'hello, world'",
      "  sluice publish --type price --key AAPL stocks/AAPL '{\"price\":187.2}'",
      "  tail -f some.log | sluice publish logs/app",
    })
final class PublishCommand implements Callable<Integer> {

  private static final int MAX_LINE_BYTES = 16 * 1024 * 1024;
  private static final int MAX_WAITING_WEIGHT = 4 * 1024 * 1024;
  private static final Duration BACKOFF_STEP = Duration.ofMillis(200);
  private static final Duration BACKOFF_LIMIT = Duration.ofSeconds(5);

  private static final int OK = 0;
  private static final int FAILED = 1;

  private final InputStream input;
  private final RandomGenerator random;
  private final Pause pause;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "CHANNEL", description = "Such as news or stocks/AAPL.")
  private String channel = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATA",
      description = "The event's data. Without it, lines of standard input are published.")
  private @Nullable String data;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "The events' type; browsers receive it under this name.")
  private @Nullable String type;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Names the thing that the events tell the newest state of.")
  private @Nullable String key;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = {
        "Publishing again under the same key within 10 minutes publishes nothing twice.",
        "For lines it is the key of the whole input, and each line then takes a request of its own."
      })
  private @Nullable String idempotencyKey;

  @Option(
      names = "--json",
      description = "Print ids as JSON lines; for lines of input, with the line's number.")
  private boolean json;

  @Mixin private TlsOptions tls = new TlsOptions();

  @Mixin private ClientOptions client = new ClientOptions();

  PublishCommand() {
    this(System.in, ThreadLocalRandom.current(), Thread::sleep);
  }

  /**
   * @param input the lines
   * @param random spreads attempts
   * @param pause waits between them
   */
  PublishCommand(InputStream input, RandomGenerator random, Pause pause) {
    this.input = input;
    this.random = random;
    this.pause = pause;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    checkArguments();
    RemoteHub hub = new RemoteHub(client.url(), client.token(), tls.context());
    Publisher publisher = new Publisher(hub, new Publisher.Target(channel, type, key));
    Notices notices = new Notices(spec.commandLine().getErr());
    return data == null ? publishLines(publisher, notices) : publishOne(publisher, data, notices);
  }

  private void checkArguments() {
    try {
      ChannelName.check(channel);
      if (type != null) {
        Publication.checkName("type", type);
      }
      if (key != null) {
        Publication.checkName("key", key);
      }
    } catch (InvalidEventException e) {
      throw new ParameterException(spec.commandLine(), e.detail());
    }
    if (idempotencyKey != null && !idempotencyKey.matches("[!-~]{1,200}")) {
      throw new ParameterException(
          spec.commandLine(),
          "--idempotency-key must be 1 to 200 visible ASCII characters without spaces");
    }
  }

  private int publishOne(Publisher publisher, String event, Notices notices)
      throws InterruptedException {
    String failure =
        switch (publisher.publish(event, idempotencyKey)) {
          case PublishAnswer.Published published -> {
            PrintWriter out = spec.commandLine().getOut();
            String id = VisibleText.ofJson(published.ids().getFirst());
            out.println(json ? "{\"id\":\"" + id + "\"}" : id);
            out.flush();
            yield null;
          }
          case PublishAnswer.LineRefused refused -> "refused: " + refused.reason();
          case PublishAnswer.Refused refused -> "refused: " + refused.refusal();
          case PublishAnswer.Unsettled unsettled ->
              "can't publish to " + publisher.hub() + ": " + unsettled.reason();
        };
    if (failure == null) {
      return OK;
    }
    notices.tell(failure);
    return FAILED;
  }

  private int publishLines(Publisher publisher, Notices notices)
      throws InterruptedException, IOException {
    PublishReport report = new PublishReport(spec.commandLine().getOut(), notices, json);
    LineBuffer lines = new LineBuffer(MAX_WAITING_WEIGHT);
    AtomicReference<@Nullable IOException> unreadable = new AtomicReference<>();
    Thread reader = startReading(new LineReader(input, MAX_LINE_BYTES, lines, report), unreadable);
    Backoff backoff = new Backoff(BACKOFF_STEP, BACKOFF_LIMIT, random);
    Refusal refusal = new LinePublisher(publisher, report, backoff, pause, keys()).publish(lines);
    if (refusal != null) {
      notices.tell("the server refuses these events: " + refusal);
      return FAILED;
    }
    reader.join();
    IOException failure = unreadable.get();
    if (failure != null) {
      notices.tell("standard input can't be read: " + failure.getMessage());
    }
    String summary = report.published() + (report.published() == 1 ? " event" : " events");
    notices.tell("published " + summary + " to " + channel + ", refused " + report.refused());
    return failure == null && report.refused() == 0 ? OK : FAILED;
  }

  private LinePublisher.Keys keys() {
    return idempotencyKey == null
        ? new LinePublisher.Keys.OfThisRun(UUID.randomUUID().toString())
        : new LinePublisher.Keys.OfLineNumbers(idempotencyKey);
  }

  /** Reads in a thread of its own: a line on its way must not keep the next one from being read. */
  private static Thread startReading(
      LineReader lines, AtomicReference<@Nullable IOException> unreadable) {
    Thread reader =
        new Thread(
            () -> {
              try {
                lines.run();
              } catch (IOException e) {
                unreadable.set(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // nobody waits for more lines
              }
            },
            "sluice-lines");
    reader.setDaemon(true); // a read from a terminal can't be ended otherwise
    reader.start();
    return reader;
  }
}
