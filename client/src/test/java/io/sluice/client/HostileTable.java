package io.sluice.client;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.StreamException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.jspecify.annotations.Nullable;

/** What clients for Java do with hostile servers, as a table in Markdown. */
record HostileTable(SSLContext selfSigned) {

  private static final int AT_A_TIME = 4;
  private static final Duration QUICK = Duration.ofMillis(100);

  String markdown() throws Exception {
    Map<String, HostileClient> clients = new LinkedHashMap<>();
    clients.put("Sluice", new HostileServersIT.OwnHostileClient());
    clients.put("okhttp-eventsource", HostileTable::launchDarkly);
    clients.put("okhttp-sse", HostileTable::okHttp);
    StringBuilder table = new StringBuilder();
    String group = "";
    Map<String, Integer> right = new LinkedHashMap<>();
    int rows = 0;
    for (Row row : played(clients)) {
      if (!row.row.group().equals(group)) {
        group = row.row.group();
        table.append("\n### ").append(group).append("\n\n| server | right |");
        clients.keySet().forEach(name -> table.append(' ').append(name).append(" |"));
        table.append("\n|---|---|").append("---|".repeat(clients.size())).append('\n');
      }
      rows++;
      table.append("| ").append(cell(row.row.name())).append(" | ").append(cell(row.row.right()));
      for (String name : clients.keySet()) {
        HostileRow.Verdict verdict = row.played.get(name).get();
        right.merge(name, verdict.right() ? 1 : 0, Integer::sum);
        String mark = verdict.right() ? "✓" : verdict.silent() ? "(✓)" : "✗";
        table.append(" | ").append(mark).append(verdict.right() ? "" : " " + cell(verdict.did()));
      }
      table.append(" |\n");
    }
    StringBuilder summary = new StringBuilder("| client | right, of " + rows + " |\n|---|---|\n");
    right.forEach((name, count) -> summary.append("| " + name + " | " + count + " |\n"));
    return summary.append(table).toString();
  }

  private record Row(HostileRow row, Map<String, Future<HostileRow.Verdict>> played) {}

  private List<Row> played(Map<String, HostileClient> clients) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    List<Row> rows = new ArrayList<>();
    for (HostileRow row : HostileRow.all()) {
      Map<String, Future<HostileRow.Verdict>> played = new LinkedHashMap<>();
      clients.forEach(
          (name, client) -> played.put(name, threads.submit(() -> row.play(client, selfSigned))));
      rows.add(new Row(row, played));
    }
    threads.shutdown();
    return rows;
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /** LaunchDarkly's, which comes back by itself: an error is told, and it goes on. */
  private static AutoCloseable launchDarkly(HostileClient.Task task, HostileClient.Report report) {
    var connect = ConnectStrategy.http(task.uri());
    if (task.silence() != null) {
      connect = connect.readTimeout(task.silence().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!task.tokens().isEmpty()) {
      connect = connect.header("Authorization", "Bearer " + task.tokens().getFirst());
    }
    com.launchdarkly.eventsource.EventSource source =
        new com.launchdarkly.eventsource.EventSource.Builder(connect)
            .errorStrategy(ErrorStrategy.alwaysContinue())
            .retryDelay(QUICK.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  if (source.readAnyEvent() instanceof MessageEvent event) {
                    String id = event.getLastEventId() == null ? "" : event.getLastEventId();
                    report.event(id, event.getEventName(), event.getData());
                  }
                }
              } catch (StreamException | RuntimeException e) {
                report.closed(String.valueOf(e.getMessage()));
              }
            });
    return source;
  }

  /** OkHttp's own, which is for one connection: coming back is left to the application. */
  private static AutoCloseable okHttp(HostileClient.Task task, HostileClient.Report report) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .readTimeout(task.silence() == null ? Duration.ZERO : task.silence())
            .build();
    Request.Builder request = new Request.Builder().url(task.uri().toString());
    if (!task.tokens().isEmpty()) {
      request.header("Authorization", "Bearer " + task.tokens().getFirst());
    }
    EventSource source =
        EventSources.createFactory(client)
            .newEventSource(
                request.build(),
                new EventSourceListener() {
                  @Override
                  public void onEvent(
                      EventSource eventSource,
                      @Nullable String id,
                      @Nullable String type,
                      String data) {
                    report.event(id, type == null ? "message" : type, data);
                  }

                  @Override
                  public void onClosed(EventSource eventSource) {
                    report.closed("closed");
                  }

                  @Override
                  public void onFailure(
                      EventSource eventSource,
                      @Nullable Throwable failure,
                      @Nullable Response response) {
                    report.closed(
                        failure != null
                            ? String.valueOf(failure.getMessage())
                            : String.valueOf(response));
                  }
                });
    return () -> {
      source.cancel();
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    };
  }
}
