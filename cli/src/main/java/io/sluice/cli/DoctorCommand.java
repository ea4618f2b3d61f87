package io.sluice.cli;

import io.sluice.event.ChannelName;
import io.sluice.event.InvalidEventException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice doctor}: tries a hub through whatever stands before it. */
@Command(
    name = "doctor",
    description = {
      "Tries a hub as its clients reach it, through the proxies before it, and says what to change"
          + " where.",
      "",
      "It opens streams and publishes four events of type doctor to a channel of its own. With"
          + " --no-publish, or with a token that may not publish, heartbeats have to show whether a"
          + " stream flows.",
    },
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    parameterListHeading = "%n",
    optionListHeading = "%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:clients will do well; there may be warnings",
      "1:there are problems",
      "2:wrong usage",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice doctor https://events.example",
      "  sluice doctor --token-file shop.key --origin https://shop.example https://events.example",
      "  sluice doctor --watch 3m --json https://events.example",
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      converter = HubUrl.Converter.class,
      description = "Where the hub is, as clients see it; the same as --url.")
  private @Nullable HubUrl url;

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      description = "What to subscribe to and publish to (default: a new one, doctor/…).")
  private @Nullable String channel;

  @Option(names = "--no-publish", negatable = false, description = "Publish nothing.")
  private boolean silent;

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description = "Try too whether pages of this origin may use it: https://app.example.")
  private @Nullable String origin;

  @Option(
      names = "--watch",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "20s",
      description =
          "How long to watch a stream on which nothing happens, for time-outs of proxies (default:"
              + " ${DEFAULT-VALUE}).")
  private Duration watch = Duration.ofSeconds(20);

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "5s",
      description = "How long to wait for what should come at once (default: ${DEFAULT-VALUE}).")
  private Duration patience = Duration.ofSeconds(5);

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  @Mixin private TlsOptions tls = new TlsOptions();

  @Mixin private ClientOptions client = new ClientOptions();

  @Override
  public Integer call() throws InterruptedException {
    RemoteHub hub = new RemoteHub(url == null ? client.url() : url, client.token(), tls.context());
    Examination.Plan plan =
        new Examination.Plan(
            hub,
            channel(),
            !silent,
            origin(),
            bounded("--patience", patience),
            bounded("--watch", watch));
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = new ArrayList<>();
    try (Examination examination =
        new Examination(
            plan,
            finding -> {
              findings.add(finding);
              if (!json) {
                print(out, finding);
              }
            })) {
      examination.run();
    }
    boolean well = findings.stream().noneMatch(f -> f.verdict() == Finding.Verdict.PROBLEM);
    if (json) {
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("url", hub.toString());
      report.put("ok", well);
      report.put("findings", findings.stream().map(Finding::toJson).toList());
      out.println(JsonMapper.shared().writeValueAsString(report));
    }
    out.flush();
    return well ? 0 : 1;
  }

  private static void print(PrintWriter out, Finding finding) {
    String verdict = finding.verdict().name().toLowerCase(Locale.ROOT);
    out.printf("%-8s %-12s %s%n", verdict, finding.check(), VisibleText.of(finding.seen()));
    finding
        .remedy()
        .places()
        .forEach((place, change) -> out.printf("%-8s   %s: %s%n", "", place, change));
    out.flush();
  }

  private String channel() {
    if (channel == null) {
      return "doctor/" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
    try {
      return ChannelName.check(channel);
    } catch (InvalidEventException e) {
      throw wrong("--channel: " + e.detail());
    }
  }

  private @Nullable String origin() {
    if (origin != null && !origin.matches("https?://[^/?#\\s]+")) {
      throw wrong("--origin must be like https://app.example, without a path: " + origin);
    }
    return origin;
  }

  private Duration bounded(String name, Duration time) {
    if (time.isZero() || time.compareTo(Duration.ofHours(1)) > 0) {
      throw wrong(name + " must be from 1ms to 1h: " + time.toMillis() + "ms");
    }
    return time;
  }

  /** A time for people. */
  static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0
        ? time.toSeconds() + " s"
        : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
