package io.sluice.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Shows events as JSON lines: {@code {"id":…,"channel":…,"type":…,"data":…}}. */
final class JsonView implements EventView {

  private final PrintWriter out;

  JsonView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void show(ReceivedEvent event) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JsonMapper.shared().createGenerator(line)) {
      json.writeStartObject();
      json.writeStringProperty("id", event.id());
      if (event.channel() != null) {
        json.writeStringProperty("channel", event.channel());
      }
      json.writeStringProperty("type", event.type());
      json.writeStringProperty("data", event.data());
      json.writeEndObject();
    }
    out.print(VisibleText.ofJson(line.toString()));
    out.print('\n');
  }

  @Override
  public boolean flush() {
    return !out.checkError();
  }
}
