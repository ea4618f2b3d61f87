package io.sluice.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.event.InvalidEventException;
import io.sluice.event.Publication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whatever is published, it is refused, or arrives as one event that says the same. */
class FrameFuzzTest {

  private static final byte[] EPOCH = {'k'};

  /**
   * @param parts channel, type and data with a zero byte between
   */
  @FuzzTest
  void whatIsPublishedIsOneEvent(byte[] parts) {
    String text = new String(parts, ISO_8859_1);
    String[] three = text.split("\0", 3);
    if (three.length < 3) {
      return;
    }
    String type = three[1].isEmpty() ? null : utf8(three[1]);
    byte[] data = three[2].getBytes(ISO_8859_1);
    Publication event;
    try {
      event = new Publication(utf8(three[0]), type, null, data);
    } catch (InvalidEventException refused) {
      assertThat(refused.code()).isNotEmpty();
      return;
    }
    List<String> read = new ArrayList<>();
    byte[] frame = frame(event);
    EventStreamParser parser =
        new EventStreamParser(
            (id, itsType, itsData) -> read.add(id + '|' + itsType + '|' + itsData), 1 << 20);
    parser.feed(frame, 0, frame.length);

    String lines = new String(data, UTF_8).replace("\r\n", "\n").replace('\r', '\n');
    assertThat(read)
        .containsExactly("k-1|" + (event.type() == null ? "message" : event.type()) + '|' + lines);
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }

  private static byte[] frame(Publication event) {
    byte[] body = FrameEncoder.body(event);
    byte[] frame = new byte[FrameEncoder.MAX_HEAD_BYTES + body.length];
    int length = FrameEncoder.head(frame, 0, EPOCH, 1, -1);
    System.arraycopy(body, 0, frame, length, body.length);
    return Arrays.copyOf(frame, length + body.length);
  }
}
