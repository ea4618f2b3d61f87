package io.sluice.cli;

import io.sluice.bench.Target;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which server is put to the test, and how to talk to it. */
final class BenchTarget {

  private static final String EVENTS = "/events/{channel}";
  private static final String PUBLISH = "/publish";
  private static final String JSON_BODY = "{\"channel\":\"{channel}\",\"data\":\"{payload}\"}";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--subscribe-url",
      paramLabel = "URL",
      description = "How to subscribe (default: that of Sluice at --url, /events/{channel}).")
  private @Nullable String subscribeUrl;

  @Option(
      names = "--publish-url",
      paramLabel = "URL",
      description =
          "How to publish (default: that of Sluice at --url, /events/{channel}, or /publish for"
              + " batches).")
  private @Nullable String publishUrl;

  @Option(
      names = "--channel",
      defaultValue = "bench",
      description =
          "The channel, which stands for {channel} elsewhere. {n} in it is its number, where there"
              + " are several (default: ${DEFAULT-VALUE}).")
  private String channel = "";

  @Option(
      names = "--method",
      defaultValue = "POST",
      description = "The method to publish with (default: ${DEFAULT-VALUE}).")
  private String method = "";

  @Option(
      names = "--body",
      description =
          "What to publish; {payload} stands for the payload (default: all of it; in batches"
              + " Sluice's JSON).")
  private @Nullable String body;

  @Option(
      names = "--subscribe-header",
      paramLabel = "'NAME: VALUE'",
      description = "A further header of requests that subscribe. Repeatable.")
  private List<String> subscribeHeaders = List.of();

  @Option(
      names = "--publish-header",
      paramLabel = "'NAME: VALUE'",
      description = "A further header of requests that publish. Repeatable.")
  private List<String> publishHeaders = List.of();

  @Option(
      names = "--pid",
      split = ",",
      description =
          "The server's processes, whose CPU time and memory are measured (default: on this"
              + " machine, who listens on the port).")
  private List<Long> processes = List.of();

  /**
   * The server.
   *
   * @param hub where templates that weren't given point
   * @param token goes there, and to no address that was given; null for none
   * @param batches whether events are published in arrays of JSON
   */
  Target at(HubUrl hub, @Nullable BearerToken token, boolean batches) {
    return new Target(
        subscribeUrl == null ? hub.base() + EVENTS : subscribeUrl,
        publishUrl == null ? hub.base() + (batches ? PUBLISH : EVENTS) : publishUrl,
        channel,
        method,
        body == null ? (batches ? JSON_BODY : "{payload}") : body,
        headers(subscribeHeaders, subscribeUrl == null ? token : null, false),
        headers(publishHeaders, publishUrl == null ? token : null, batches),
        processes);
  }

  private Map<String, String> headers(
      List<String> lines, @Nullable BearerToken token, boolean json) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (json) {
      headers.put("Content-Type", "application/json");
    }
    if (token != null) {
      headers.put("Authorization", token.header());
    }
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new ParameterException(
            spec.commandLine(), "a header is 'Name: value', not '" + line + "'");
      }
      headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    return headers;
  }
}
