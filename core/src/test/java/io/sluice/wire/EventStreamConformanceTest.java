package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Holds {@link EventStreamParser} against the cases that every client shares. */
class EventStreamConformanceTest {

  private static final int RANDOM_SPLITS_PER_CASE = 200;
  private static final long SEED = Long.getLong("sluice.seed", System.nanoTime());

  static Stream<Named<Case>> cases() {
    return StreamSupport.stream(ConformanceSet.eventStream().get("parser").spliterator(), false)
        .map(node -> Named.of(node.get("name").asString(), Case.from(node)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void wholeInputGivesWhatIsExpected(Case conformanceCase) {
    assertThat(parse(conformanceCase.input())).isEqualTo(conformanceCase.expected());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cutInTwoAnywhereGivesTheSame(Case conformanceCase) {
    int length = conformanceCase.input().length;
    for (int cut = 0; cut <= length; cut++) {
      assertThat(parse(conformanceCase.input(), cut))
          .as("cut at byte %d", cut)
          .isEqualTo(conformanceCase.expected());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void byteByByteGivesTheSame(Case conformanceCase) {
    int[] everywhere = new int[conformanceCase.input().length];
    for (int i = 0; i < everywhere.length; i++) {
      everywhere[i] = i;
    }
    assertThat(parse(conformanceCase.input(), everywhere)).isEqualTo(conformanceCase.expected());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void randomCutsGiveTheSame(Case conformanceCase) {
    Random random = new Random(SEED);
    int length = conformanceCase.input().length;
    for (int i = 0; i < RANDOM_SPLITS_PER_CASE; i++) {
      int[] cuts = random.ints(random.nextInt(1, 8), 0, length + 1).sorted().toArray();
      assertThat(parse(conformanceCase.input(), cuts))
          .as("cuts at %s, -Dsluice.seed=%d", cuts, SEED)
          .isEqualTo(conformanceCase.expected());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void directBuffersGiveTheSame(Case conformanceCase) {
    Recorder recorder = new Recorder();
    EventStreamParser parser = new EventStreamParser(recorder, 1 << 20);
    ByteBuffer buffer = ByteBuffer.allocateDirect(conformanceCase.input().length);
    parser.feed(buffer.put(conformanceCase.input()).flip());
    assertThat(buffer.hasRemaining()).isFalse();
    assertThat(recorder.result(parser)).isEqualTo(conformanceCase.expected());
  }

  /** Feeds the input in the pieces that the ascending cuts make of it. */
  private static Result parse(byte[] input, int... cuts) {
    Recorder recorder = new Recorder();
    EventStreamParser parser = new EventStreamParser(recorder, 1 << 20);
    int from = 0;
    for (int cut : cuts) {
      parser.feed(input, from, cut);
      from = cut;
    }
    parser.feed(input, from, input.length);
    return recorder.result(parser);
  }

  record Event(String id, String type, String data) {}

  record Field(String name, String value) {}

  /** What a stream came to. */
  record Result(
      List<Event> events,
      List<String> positions,
      List<Field> fields,
      List<String> comments,
      String lastEventId,
      @Nullable Long retry) {}

  record Case(byte[] input, Result expected) {

    static Case from(JsonNode node) {
      JsonNode text = node.get("input");
      byte[] input =
          text != null
              ? text.asString().getBytes(StandardCharsets.UTF_8)
              : Base64.getDecoder().decode(node.get("inputBase64").asString());
      List<Event> events = new ArrayList<>();
      for (JsonNode event : node.get("events")) {
        events.add(new Event(text(event, "id"), text(event, "type"), text(event, "data")));
      }
      List<Field> fields = new ArrayList<>();
      for (JsonNode field : node.get("fields")) {
        fields.add(new Field(text(field, "name"), text(field, "value")));
      }
      JsonNode retry = node.get("retry");
      return new Case(
          input,
          new Result(
              events,
              texts(node.get("positions")),
              fields,
              texts(node.get("comments")),
              text(node, "lastEventId"),
              retry.isNull() ? null : retry.asLong()));
    }

    private static String text(JsonNode node, String member) {
      return node.get(member).asString();
    }

    private static List<String> texts(JsonNode array) {
      List<String> texts = new ArrayList<>();
      array.forEach(element -> texts.add(element.asString()));
      return texts;
    }
  }

  private static final class Recorder implements EventStreamListener {

    private final List<Event> events = new ArrayList<>();
    private final List<String> positions = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private @Nullable Long retry;

    Result result(EventStreamParser parser) {
      return new Result(events, positions, fields, comments, parser.lastEventId(), retry);
    }

    @Override
    public void event(String id, String type, String data) {
      events.add(new Event(id, type, data));
    }

    @Override
    public void position(String id) {
      positions.add(id);
    }

    @Override
    public void field(String name, String value) {
      fields.add(new Field(name, value));
    }

    @Override
    public void comment(String text) {
      comments.add(text);
    }

    @Override
    public void retry(long millis) {
      retry = millis;
    }
  }
}
