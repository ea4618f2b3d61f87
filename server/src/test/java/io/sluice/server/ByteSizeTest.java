package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0B, 0",
    "1B, 1",
    "16KiB, 16384",
    "1MiB, 1048576",
    "3GiB, 3221225472",
    "1TiB, 1099511627776",
    "100kB, 100000",
    "5MB, 5000000",
    "2GB, 2000000000",
    "1TB, 1000000000000",
    "64 MiB, 67108864",
    "9223372036854775807B, 9223372036854775807"
  })
  void readsEveryUnit(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1, 1B",
    "1000, 1kB",
    "1023, 1023B",
    "1024, 1KiB",
    "1536, 1536B",
    "1000000, 1MB",
    "67108864, 64MiB",
    "1099511627776, 1TiB"
  })
  void writesTheLargestExactUnit(long bytes, String text) {
    assertThat(new ByteSize(bytes)).hasToString(text);
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "256, 256 has no unit",
    "256mib, 256mib has the unknown unit mib",
    "1KB, 1KB has the unknown unit KB",
    "1.5MiB, 1.5MiB is not a size",
    "-1B, -1B is not a size",
    "MiB, MiB is not a size",
    "'', ' is not a size'",
    "8388608TiB, 8388608TiB is too large"
  })
  void saysWhatIsWrong(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessage(message);
  }

  @Test
  void isNeverNegative() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ByteSize(-1));
  }

  @Test
  void countsMultiples() {
    assertThat(ByteSize.kibibytes(3)).isEqualTo(ByteSize.parse("3KiB"));
    assertThat(ByteSize.mebibytes(3)).isEqualTo(ByteSize.parse("3MiB"));
  }
}
