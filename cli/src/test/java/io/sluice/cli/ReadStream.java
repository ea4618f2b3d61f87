package io.sluice.cli;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** A stream, block by block. One caller at a time. */
final class ReadStream implements AutoCloseable {

  /**
   * A block. What it doesn't have is empty.
   *
   * @param id its id
   * @param event its type
   * @param data its data
   */
  record Block(String id, String event, String data) {}

  private final Stream<String> lines;
  private final Iterator<String> unread;

  ReadStream(HttpResponse<Stream<String>> answer) {
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("HTTP " + answer.statusCode());
    }
    this.lines = answer.body();
    this.unread = lines.iterator();
  }

  /** The next block with data: heartbeats are passed over. Waits for it. */
  Block next() {
    String id = "";
    String event = "";
    List<String> data = new ArrayList<>();
    while (true) {
      String line = unread.next();
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data.add(line.substring(6));
      } else if (line.isEmpty() && !data.isEmpty()) {
        return new Block(id, event, String.join("\n", data));
      }
    }
  }

  /** The data of the next blocks. */
  List<String> data(int count) {
    return Stream.generate(this::next).limit(count).map(Block::data).toList();
  }

  @Override
  public void close() {
    lines.close();
  }
}
