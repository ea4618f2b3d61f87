package io.sluice.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One server of {@code conformance/hostile-servers.json}: played to a client, watched, and judged.
 *
 * @param row of the data
 */
record HostileRow(JsonNode row) {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  /** The judge notes requests late. */
  private static final double CLOCKS_DIFFER = 0.9;

  /**
   * What came of it.
   *
   * @param right whether the client did what is right
   * @param silent whether only the reason was missing
   * @param did what it did, for people
   */
  record Verdict(boolean right, boolean silent, String did) {}

  private record Given(@Nullable String id, String type, String data) {}

  /** How what came compares with what should: less, just that, or something else. */
  private enum Fit {
    SHORTER,
    EQUAL,
    DIFFERENT
  }

  /** What is known of a client at some moment. */
  private static final class Seen implements HostileClient.Report {

    private final List<Given> events = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable String> closed = new AtomicReference<>();

    @Override
    public void event(@Nullable String id, String type, String data) {
      events.add(new Given(id, type, data));
    }

    @Override
    public void closed(String said) {
      closed.compareAndSet(null, said);
    }
  }

  static List<HostileRow> all() throws IOException {
    Path file = Path.of("..", "conformance", "hostile-servers.json");
    List<HostileRow> rows = new ArrayList<>();
    for (JsonNode row : JsonMapper.shared().readTree(Files.readString(file)).path("servers")) {
      rows.add(new HostileRow(row));
    }
    return rows;
  }

  String name() {
    return row.path("name").asString();
  }

  String group() {
    return row.path("group").asString();
  }

  String right() {
    return row.path("right").asString();
  }

  /** Plays the server to a client until its verdict has been clear for a while. */
  Verdict play(HostileClient client, SSLContext selfSigned) throws Exception {
    try (HostileServer server = new HostileServer(row.path("server"), selfSigned)) {
      Seen seen = new Seen();
      try (AutoCloseable running = client.start(task(server), seen)) {
        watch(server, seen);
        boolean kept = isKept(server, seen);
        boolean says = says(seen);
        return new Verdict(kept && says, kept && !says, describe(server, seen));
      }
    }
  }

  private HostileClient.Task task(HostileServer server) {
    JsonNode told = row.path("client");
    List<String> tokens = new ArrayList<>();
    told.path("tokens").forEach(token -> tokens.add(token.asString()));
    return new HostileClient.Task(
        URI.create(server.origin() + "/events"),
        told.has("silence") ? Duration.ofMillis(told.path("silence").asLong()) : null,
        told.path("maxEvent").asInt(0),
        tokens);
  }

  // Looks again and again: what is watched for is that nothing more happens.
  private void watch(HostileServer server, Seen seen) {
    boolean counts = verdict().has("most");
    long watched = Duration.ofMillis(verdict().path("watch").asLong(300)).toNanos();
    long end = System.nanoTime() + LIMIT.toNanos();
    long clearSince = -1;
    while (System.nanoTime() - end < 0) {
      boolean over = seen.closed.get() != null;
      boolean clear =
          (isKept(server, seen) && says(seen)) || over || (isHopeless(server, seen) && !counts);
      long now = System.nanoTime();
      clearSince = !clear ? -1 : clearSince < 0 ? now : clearSince;
      long from =
          counts && !over
              ? server.requests().isEmpty() ? -1 : server.requests().getFirst().at()
              : clearSince;
      boolean tried = !ends("trying") || over || server.tries() > 1;
      if (from >= 0 && tried && now - from >= watched) {
        return;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private JsonNode verdict() {
    return row.path("verdict");
  }

  private boolean ends(String how) {
    return verdict().path("end").asString().equals(how);
  }

  private boolean isKept(HostileServer server, Seen seen) {
    return !isHopeless(server, seen)
        && fits(server, seen).allMatch(Fit.EQUAL::equals)
        && endedRight(server, seen);
  }

  private boolean isHopeless(HostileServer server, Seen seen) {
    return fits(server, seen).anyMatch(Fit.DIFFERENT::equals)
        || isEarly(server)
        || !wrongCredential(server).isEmpty()
        || asksTooOften(server);
  }

  private Stream<Fit> fits(HostileServer server, Seen seen) {
    Stream<Fit> requests =
        verdict().path("requests").properties().stream()
            .map(
                path ->
                    fit(
                        path.getValue().valueStream().map(JsonNode::asString).toList(),
                        requests(server, path.getKey())
                            .map(HostileServer.Request::lastEventId)
                            .toList()));
    return Stream.concat(Stream.of(fit(expected(), visible(seen))), requests);
  }

  private static <T> Fit fit(List<T> expected, List<T> actual) {
    boolean common =
        actual.size() <= expected.size() && actual.equals(expected.subList(0, actual.size()));
    return !common ? Fit.DIFFERENT : actual.size() == expected.size() ? Fit.EQUAL : Fit.SHORTER;
  }

  // Clients may keep to themselves that a hub has said `connected`.
  private List<Given> expected() {
    return verdict()
        .path("events")
        .valueStream()
        .map(
            event ->
                new Given(
                    event.path("id").asString(),
                    event.path("type").asString(),
                    HostileServer.text(event.path("data"))))
        .filter(event -> !event.type().equals("connected"))
        .toList();
  }

  // Where a client doesn't tell ids, they are taken for right.
  private List<Given> visible(Seen seen) {
    List<Given> expected = expected();
    List<Given> visible = new ArrayList<>();
    for (Given event : seen.events) {
      if (!event.type().equals("connected")) {
        int place = visible.size();
        boolean silent = event.id() == null && place < expected.size();
        visible.add(
            silent ? new Given(expected.get(place).id(), event.type(), event.data()) : event);
      }
    }
    return visible;
  }

  private static Stream<HostileServer.Request> requests(HostileServer server, String path) {
    return server.requests().stream().filter(request -> request.path().equals(path));
  }

  private boolean isEarly(HostileServer server) {
    for (Map.Entry<String, JsonNode> path : verdict().path("waits").properties()) {
      List<HostileServer.Request> asked = requests(server, path.getKey()).toList();
      for (int i = 0; i < path.getValue().size() && i + 1 < asked.size(); i++) {
        double waited = (asked.get(i + 1).at() - asked.get(i).at()) / 1e6;
        if (waited < path.getValue().get(i).asDouble() * CLOCKS_DIFFER) {
          return true;
        }
      }
    }
    return false;
  }

  private String wrongCredential(HostileServer server) {
    for (Map.Entry<String, JsonNode> path : verdict().path("credentials").properties()) {
      List<HostileServer.Request> asked = requests(server, path.getKey()).toList();
      for (int i = 0; i < path.getValue().size() && i < asked.size(); i++) {
        JsonNode wanted = path.getValue().get(i);
        String had = asked.get(i).credential();
        if (wanted.isNull() ? had != null : !wanted.asString().equals(had)) {
          return wanted.isNull() ? "takes the token along" : "without the right token";
        }
      }
    }
    return "";
  }

  private boolean asksTooOften(HostileServer server) {
    return verdict().path("most").properties().stream()
        .anyMatch(path -> watched(server, path.getKey()) > path.getValue().asInt());
  }

  private long watched(HostileServer server, String path) {
    List<HostileServer.Request> asked = requests(server, path).toList();
    long watch = verdict().path("watch").asLong(300) * 1_000_000;
    return asked.stream().filter(one -> one.at() - asked.getFirst().at() <= watch).count();
  }

  private boolean endedRight(HostileServer server, Seen seen) {
    boolean closed = seen.closed.get() != null;
    String end = verdict().path("end").asString();
    return switch (end) {
      case "open" -> !closed && server.open() > 0;
      case "waiting" -> !closed;
      case "trying" -> !closed && server.tries() > 1;
      case "closed" -> closed;
      default -> throw new IllegalArgumentException("no such end: " + end);
    };
  }

  private boolean says(Seen seen) {
    String said = seen.closed.get();
    JsonNode wanted = verdict().path("says");
    return wanted.isEmpty()
        || wanted.valueStream().anyMatch(one -> said != null && said.contains(one.asString()));
  }

  private String describe(HostileServer server, Seen seen) {
    List<String> did = new ArrayList<>();
    did.add(goesOn(server, seen));
    List<Given> expected = expected();
    List<Given> actual = visible(seen);
    List<String> missing =
        expected.stream()
            .filter(one -> !actual.contains(one))
            .map(one -> quote(one.data(), 12))
            .toList();
    if (!missing.isEmpty()) {
      did.add("without " + String.join(", ", missing));
    }
    List<Given> odd = actual.stream().filter(one -> !expected.contains(one)).toList();
    if (!odd.isEmpty()) {
      String more = odd.size() > 1 ? " and " + (odd.size() - 1) + " more" : "";
      did.add("shows “" + quote(odd.getFirst().data(), 24) + "”" + more);
    } else if (missing.isEmpty() && actual.size() > expected.size()) {
      did.add("repeats " + (actual.size() - expected.size()));
    }
    if (isEarly(server)) {
      did.add("too early");
    }
    String credential = wrongCredential(server);
    if (!credential.isEmpty()) {
      did.add(credential);
    }
    int maxEvent = row.path("client").path("maxEvent").asInt(0);
    if (maxEvent > 0 && server.bytes() > maxEvent) {
      did.add("takes " + Math.round(server.bytes() / 1048576.0) + " MiB");
    }
    return String.join("; ", did);
  }

  private String goesOn(HostileServer server, Seen seen) {
    String said = seen.closed.get();
    if (said != null) {
      return said.isEmpty() ? "ends without a reason" : "ends: “" + quote(said, 60) + "”";
    }
    for (Map.Entry<String, JsonNode> path : verdict().path("most").properties()) {
      return watched(server, path.getKey())
          + " requests in "
          + verdict().path("watch").asDouble() / 1000
          + " s";
    }
    if (server.requests().isEmpty()) {
      return server.tries() > 1 ? "keeps trying" : "gives up";
    }
    HostileServer.Request last = server.requests().getLast();
    List<String> ids =
        requests(server, last.path()).map(HostileServer.Request::lastEventId).toList();
    if (ids.size() == 1) {
      return server.open() == 0 ? "doesn't come back" : "stays";
    }
    String after = last.lastEventId().isEmpty() ? "" : " after " + quote(last.lastEventId(), 12);
    JsonNode wanted = verdict().path("requests").path(last.path());
    if (!wanted.isMissingNode() && ids.size() > wanted.size()) {
      return "comes back" + after + " again and again (" + ids.size() + " requests)";
    }
    if (after.isEmpty()) {
      boolean withoutId = wanted.size() > 0 && !wanted.get(wanted.size() - 1).asString().isEmpty();
      return withoutId ? "comes back without an id" : "tries again";
    }
    return "comes back" + after;
  }

  private static String quote(String said, int longest) {
    String line = said.replaceAll("\\s+", " ").replaceAll("127\\.0\\.0\\.1:[0-9]+", "…").strip();
    return line.length() <= longest ? line : line.substring(0, longest) + "…";
  }
}
