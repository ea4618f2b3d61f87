package io.sluice.client;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What goes in one request, and stays together until it is settled: sent again, it is the same
 * bytes under the same key.
 *
 * <p>Immutable.
 *
 * @param parts at least one
 * @param key the idempotency key
 */
record Batch(List<Outgoing> parts, String key) {

  /** What came of sending a batch. */
  sealed interface Outcome {

    /**
     * The hub has said what becomes of its beginning.
     *
     * @param ids of the events that were published, from the first on
     * @param problem why the one after them wasn't; empty: all were
     */
    record Settled(List<String> ids, Optional<Problem> problem) implements Outcome {}

    /** None of it is published, and sending it again won't change that. */
    record Refused(Problem problem) implements Outcome {}

    /** Nobody knows yet. It must be sent again. */
    record Unsettled(String reason) implements Outcome {}

    /** It must be sent again, but not before the hub's time. */
    record Later(Problem problem) implements Outcome {}
  }

  boolean isWhole() {
    return parts.getFirst().isWhole();
  }

  String contentType() {
    return isWhole() ? "application/json" : "application/x-ndjson";
  }

  byte[] body() {
    if (isWhole()) {
      return parts.getFirst().json();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Outgoing part : parts) {
      body.writeBytes(part.json());
      body.write('\n');
    }
    return body.toByteArray();
  }

  /** Until when it has to be settled. */
  Deadline within() {
    return parts.getLast().within();
  }

  /** What an answer with success says. */
  Outcome published(String body) {
    return isWhole() ? wholePublished(body) : linesPublished(body);
  }

  /** What an answer other than success says. */
  Outcome refused(Problem problem) {
    if (problem.isTemporary()) {
      return new Outcome.Later(problem);
    }
    // A wrong first line has a status of its own; any later one stands in an answer that has begun.
    return !isWhole() && problem.line().orElse(0) == 1
        ? new Outcome.Settled(List.of(), Optional.of(problem))
        : new Outcome.Refused(problem);
  }

  private Outcome wholePublished(String body) {
    List<String> ids = Json.object(body).map(json -> Json.texts(json, "ids")).orElse(List.of());
    int wanted = parts.getFirst().count();
    return ids.size() == wanted
        ? new Outcome.Settled(ids, Optional.empty())
        : new Outcome.Unsettled(ids.size() + " of " + wanted + " events were answered");
  }

  private Outcome linesPublished(String body) {
    List<String> ids = new ArrayList<>(parts.size());
    for (String line : body.lines().toList()) {
      Optional<Map<String, Object>> json = Json.object(line);
      if (json.isEmpty()) {
        return new Outcome.Unsettled("its answer is no JSON");
      }
      Optional<String> id = Json.text(json.get(), "id");
      if (id.isEmpty()) {
        return stopped(ids, Problem.within(json.get()));
      }
      ids.add(id.get());
    }
    return ids.size() == parts.size()
        ? new Outcome.Settled(ids, Optional.empty())
        : new Outcome.Unsettled(ids.size() + " of " + parts.size() + " events were answered");
  }

  private Outcome stopped(List<String> ids, Problem problem) {
    if (problem.isTemporary()) {
      return new Outcome.Later(problem);
    }
    boolean ofNextLine = ids.size() < parts.size() && problem.line().orElse(0) == ids.size() + 1;
    return ofNextLine
        ? new Outcome.Settled(ids, Optional.of(problem))
        : new Outcome.Unsettled(problem.toString());
  }
}
