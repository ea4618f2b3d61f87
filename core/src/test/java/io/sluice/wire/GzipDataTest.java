package io.sluice.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipDataTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 65_536, 1_000_000})
  void whatWasCompressedIsReadByOthers(int size) throws IOException {
    byte[] random = new byte[size];
    new Random(size).nextBytes(random);
    byte[] same = new byte[size];
    Arrays.fill(same, (byte) 'x');
    for (int level : new int[] {Deflater.NO_COMPRESSION, Deflater.BEST_SPEED, 6}) {
      try (GzipData gzip = new GzipData(level)) {
        assertThat(decoded(gzip.encode(random))).isEqualTo(random);
        assertThat(decoded(gzip.encode(same))).isEqualTo(same);
      }
    }
  }

  private static byte[] decoded(byte[] encoded) throws IOException {
    assertThat(GzipData.isMarked(encoded, 0)).isTrue();
    String text = new String(encoded, US_ASCII).substring(GzipData.MARKER.length());
    byte[] member = Base64.getDecoder().decode(text);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(member))) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gzip;base64", "gzip;base65,x", "Gzip;base64,x", " gzip;base64,x"})
  void whatOnlyLooksLikeTheMarkerIsNone(String data) {
    assertThat(GzipData.isMarked(data.getBytes(US_ASCII), 0)).isFalse();
  }
}
