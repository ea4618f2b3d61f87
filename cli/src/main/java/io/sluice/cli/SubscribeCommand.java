package io.sluice.cli;

import io.sluice.event.ChannelPattern;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice subscribe}: shows events as they come, or waits for some. */
@Command(
    name = "subscribe",
    description = {
      "Shows the events of channels as they come.",
      "",
      "When the connection is lost it is made again, and the stream goes on where it was: nothing"
          + " is shown twice, and what can't be had any more is shown as a gap. With --expect,"
          + " --count or --timeout it ends when enough events came or the time is over.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the events that were expected came; or, where none were, the server ended the stream",
      "1:they didn't come in time, the server refused the subscription, or the token expired",
      "2:wrong usage",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice subscribe news 'stocks/*'",
      "  sluice subscribe --last 10 --json logs/app",
      "  sluice subscribe --expect deployed --timeout 60s builds",
    })
final class SubscribeCommand implements Callable<Integer> {

  private static final Duration BACKOFF_STEP = Duration.ofMillis(500);
  private static final Duration BACKOFF_LIMIT = Duration.ofSeconds(15);

  private static final int OK = 0;
  private static final int FAILED = 1;

  private final RandomGenerator random;
  private final Pause pause;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "CHANNEL",
      description = "Channels, or patterns: stocks/* is one level, stocks/** all below.")
  private List<String> channels = List.of();

  @Option(
      names = "--type",
      split = ",",
      paramLabel = "TYPE",
      description = "Only events of these types; message is what has none.")
  private List<String> types = List.of();

  @ArgGroup private Beginning beginning = new Beginning();

  @Option(names = "--json", description = "Print JSON lines with id, channel, type and data.")
  private boolean json;

  @Option(
      names = "--heartbeats",
      description = "Ask for heartbeats as events, and show them with the position they tell.")
  private boolean heartbeats;

  @Option(
      names = "--expect",
      paramLabel = "TYPE",
      description = "End with success once events of this type came: 1, or --count.")
  private @Nullable String expect;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End with success once so many events came, of the type expected or of any.")
  private @Nullable Long count;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "End without success after this time, such as 500ms or 5s.")
  private @Nullable Duration timeout;

  @Option(
      names = "--no-reconnect",
      negatable = false,
      description = "End when the connection ends: with success if the server ended it.")
  private boolean once;

  @Mixin private TlsOptions tls = new TlsOptions();

  @Mixin private ClientOptions client = new ClientOptions();

  /** Where to begin; at most one of these. */
  static final class Beginning {

    @Option(
        names = "--since",
        paramLabel = "WHEN",
        description = "Begin with retained events: earliest, after an id, or so long ago: 10m.")
    private @Nullable String since;

    @Option(
        names = "--last",
        paramLabel = "N",
        description = "Begin with the last N events of each channel.")
    private @Nullable Integer last;

    @Option(
        names = "--last-event-id",
        paramLabel = "ID",
        description = "Go on after this event, as a client does that comes back.")
    private @Nullable String lastEventId;

    private StreamRequest.Start start() {
      if (since != null) {
        return new StreamRequest.Start.Since(since);
      }
      if (last != null) {
        return new StreamRequest.Start.Last(last);
      }
      return lastEventId == null
          ? new StreamRequest.Start.Live()
          : new StreamRequest.Start.After(lastEventId);
    }
  }

  SubscribeCommand() {
    this(ThreadLocalRandom.current(), Thread::sleep, InstantSource.system());
  }

  /**
   * @param random spreads attempts
   * @param pause waits between them
   * @param clock gives the time of events that don't carry it
   */
  SubscribeCommand(RandomGenerator random, Pause pause, InstantSource clock) {
    this.random = random;
    this.pause = pause;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    checkArguments();
    PrintWriter out = spec.commandLine().getOut();
    boolean coloured = spec.commandLine().getColorScheme().ansi().enabled();
    EventView view = json ? new JsonView(out) : new TextView(out, ZoneId.systemDefault(), coloured);
    Notices notices = new Notices(spec.commandLine().getErr());
    Expectation expectation = expectation();
    EventIntake intake = new EventIntake(view, expectation, notices, clock);
    RemoteHub hub = new RemoteHub(client.url(), client.token(), tls.context());
    StreamRequest request = new StreamRequest(hub, channels, types, beginning.start(), heartbeats);
    StreamFollower.Patience patience =
        new StreamFollower.Patience(
            !once,
            timeout == null ? Deadline.none() : Deadline.in(timeout),
            new Backoff(BACKOFF_STEP, BACKOFF_LIMIT, random),
            pause);
    StreamFollower.End end = new StreamFollower(request, intake, view, notices, patience).follow();
    if (expectation != null && end != StreamFollower.End.SATISFIED) {
      notices.tell(expectation + (timeout == null ? "" : " within " + seconds(timeout)));
    }
    return exitCode(end, expectation != null);
  }

  private static int exitCode(StreamFollower.End end, boolean expecting) {
    return switch (end) {
      case SATISFIED -> OK;
      case COMPLETE, UNREAD -> expecting ? FAILED : OK;
      case TIMED_OUT, REFUSED, LOST -> FAILED;
    };
  }

  private @Nullable Expectation expectation() {
    if (expect == null && count == null && timeout == null) {
      return null;
    }
    return new Expectation(expect, count == null ? 1 : count);
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private void checkArguments() {
    try {
      channels.forEach(ChannelPattern::parse);
      types.forEach(type -> Publication.checkName("type", type));
    } catch (InvalidEventException e) {
      throw new ParameterException(spec.commandLine(), e.detail());
    }
    if (count != null && count < 1) {
      throw wrong("--count must be at least 1: " + count);
    }
    if (beginning.last != null && beginning.last < 1) {
      throw wrong("--last must be at least 1: " + beginning.last);
    }
    if (beginning.lastEventId != null && !beginning.lastEventId.matches("[!-~]{1,200}")) {
      throw wrong("--last-event-id must be an id such as k3f9-18");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
