package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;

/** A stream says the same in whatever pieces it comes, and takes no more memory than allowed. */
class EventStreamFuzzTest {

  private static final int ROOMY = 1 << 20;
  private static final int TIGHT = 24;

  /** What a parser has said, in order. */
  private static final class Transcript implements EventStreamListener {

    private final List<String> said = new ArrayList<>();

    @Override
    public void event(String id, String type, String data) {
      // HTML Living Standard, 9.2.6: these end a line, and can't be in what a line says.
      assertThat(id).doesNotContain("\r", "\n", "\0");
      assertThat(type).isNotEmpty().doesNotContain("\r", "\n");
      assertThat(data).doesNotContain("\r");
      said.add("event " + id + '|' + type + '|' + data);
    }

    @Override
    public void position(String id) {
      said.add("position " + id);
    }

    @Override
    public void retry(long millis) {
      assertThat(millis).isNotNegative();
      said.add("retry " + millis);
    }

    @Override
    public void field(String name, String value) {
      said.add("field " + name + '|' + value);
    }

    @Override
    public void blockWithoutData() {
      said.add("block");
    }

    @Override
    public void comment(String text) {
      said.add("comment " + text);
    }
  }

  @DictionaryEntries({
    "data: ",
    "id: ",
    "event: ",
    "retry: ",
    "\\x0d\\x0a",
    "\\x0d\\x0d",
    "\\x0a\\x0a",
    ": "
  })
  @FuzzTest
  void piecesMakeNoDifference(byte[] stream) {
    List<String> whole = read(stream, stream.length, ROOMY);
    assertThat(read(stream, 1, ROOMY)).isEqualTo(whole);
    assertThat(read(stream, 7, ROOMY)).isEqualTo(whole);
    // Either all fits, or it ends with the block that doesn't.
    List<String> tight = read(stream, stream.length, TIGHT);
    assertThat(whole.subList(0, Math.min(tight.size(), whole.size()))).isEqualTo(tight);
  }

  private static List<String> read(byte[] stream, int piece, int maxBlockBytes) {
    Transcript transcript = new Transcript();
    EventStreamParser parser = new EventStreamParser(transcript, maxBlockBytes);
    try {
      for (int at = 0; at < stream.length; at += piece) {
        parser.feed(stream, at, Math.min(at + piece, stream.length));
      }
    } catch (BlockTooLargeException tooLarge) {
      assertThat(stream.length).isGreaterThan(maxBlockBytes);
    }
    return transcript.said;
  }
}
