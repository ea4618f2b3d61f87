package io.sluice.server;

import io.netty.buffer.ByteBuf;
import io.sluice.event.EventId;
import io.sluice.event.Publication;
import io.sluice.hub.Receipt;
import io.sluice.server.Publishing.Batch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request of NDJSON: each line is published as it comes and answered in turn; the first wrong
 * one ends it, and what came before it stays published.
 *
 * <p>Lines that come together are appended together. While the client doesn't read its answers, or
 * the log hasn't answered, no more is read from it. Confined to the exchange's loop.
 */
final class NdjsonPublish implements BodyListener {

  private static final Fields HEAD = Fields.of("Content-Type", "application/x-ndjson");

  /** JSON may need six bytes for one of data, {@code \\u0000}; and names need some. */
  private static final int ESCAPED = 6;

  private static final int NAMES_BYTES = 4096;

  private final Exchange exchange;
  private final Publishing publishing;
  private final PublicationReader reader;
  private final @Nullable String key;
  private final long maxLineBytes;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  // Lines read and not yet appended, in order; appended one batch at a time.
  private final ArrayDeque<Publication> read = new ArrayDeque<>();
  private long linesRead;
  private long linesAnswered;
  private boolean appending;
  private boolean stepping;
  private boolean complete;
  private @Nullable Problem wrong;
  private @Nullable ResponseBody answers;
  private boolean over;

  NdjsonPublish(
      Exchange exchange, Publishing publishing, PublicationReader reader, @Nullable String key) {
    this.exchange = exchange;
    this.publishing = publishing;
    this.reader = reader;
    this.key = key;
    this.maxLineBytes = ESCAPED * reader.maxEventBytes() + NAMES_BYTES;
  }

  @Override
  public void chunk(ByteBuf bytes) {
    while (bytes.isReadable() && wrong == null && !over) {
      int length = bytes.bytesBefore((byte) '\n');
      int take = length < 0 ? bytes.readableBytes() : length;
      if (line.size() + take > maxLineBytes) {
        wrong =
            Problem.of(
                413, "too-large", "a line may have " + maxLineBytes + " bytes, this one has more");
        linesRead++;
        break;
      }
      byte[] part = new byte[take];
      bytes.readBytes(part);
      line.writeBytes(part);
      if (length >= 0) {
        bytes.skipBytes(1);
        readLine();
      }
    }
    append();
  }

  @Override
  public void complete() {
    if (line.size() > 0 && wrong == null) {
      readLine();
    }
    complete = true;
    append();
  }

  @Override
  public void failed() {
    // What was published stays published; there is nobody left to be answered.
    over = true;
    read.clear();
  }

  private void readLine() {
    byte[] json = line.toByteArray();
    line.reset();
    linesRead++;
    if (isBlank(json)) {
      wrong = Problem.badRequest("blank-line", "the line is blank; each line is one event");
      return;
    }
    try {
      Publication event = reader.readOne(json);
      publishing.check(event, "");
      read.add(event);
    } catch (RefusedException refused) {
      wrong = refused.problem();
    }
  }

  private static boolean isBlank(byte[] json) {
    for (byte b : json) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private void append() {
    if (stepping) {
      return;
    }
    // A loop: most logs answer at once, and lines that called for the next would nest thousandfold.
    stepping = true;
    try {
      while (appendNext()) {}
    } finally {
      stepping = false;
    }
  }

  /** Returns whether there may be more to do now. */
  private boolean appendNext() {
    if (appending || over) {
      return false;
    }
    if (read.isEmpty()) {
      finish();
      return false;
    }
    if (publishing.hub().isDraining()) {
      refused(Problem.draining());
      return false;
    }
    // With a key each line has its own outcome, remembered under the key and its number. A channel
    // that its publisher may not use is only wrong for the lines that name it.
    List<Publication> batch = new ArrayList<>();
    do {
      batch.add(read.remove());
    } while (key == null && !read.isEmpty() && isSameChannel(batch.getFirst(), read.peek()));
    String lineKey = key == null ? null : key + '\n' + (linesAnswered + 1);
    appending = true;
    exchange.pauseBody();
    publishing.publish(new Batch(exchange, batch, lineKey, this::published, this::refused));
    return true;
  }

  private boolean isSameChannel(Publication first, @Nullable Publication next) {
    return publishing.access().isOpen() || (next != null && next.channel().equals(first.channel()));
  }

  private void published(Receipt receipt) {
    StringBuilder lines = new StringBuilder();
    for (EventId id : receipt.ids()) {
      lines.append("{\"id\":\"").append(id).append("\"}\n");
    }
    linesAnswered += receipt.count();
    appending = false;
    if (over) {
      return;
    }
    ResponseBody body = answer(lines.toString());
    if (!read.isEmpty() || wrong != null || complete) {
      append();
    } else {
      body.whenWritable(exchange::resumeBody);
    }
  }

  private void refused(Problem problem) {
    appending = false;
    read.clear();
    wrong = problem;
    linesRead = linesAnswered + 1;
    finish();
  }

  private ResponseBody answer(String lines) {
    ResponseBody body = answers;
    if (body == null) {
      body = exchange.begin(200, HEAD);
      answers = body;
    }
    body.write(lines.getBytes(StandardCharsets.UTF_8));
    return body;
  }

  /** Ends the answer if there is nothing more to come. */
  private void finish() {
    Problem problem = wrong;
    if (problem != null) {
      over = true;
      if (answers == null) {
        exchange.refuse(problem.atLine(linesRead));
      } else {
        // The same as if it had been the first: whether sending it again helps is told too.
        answer(new String(problem.atLine(linesRead).json(), StandardCharsets.UTF_8) + "\n").end();
      }
    } else if (complete) {
      over = true;
      answer("").end();
    }
  }
}
