package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.access.Network;
import io.sluice.access.Rate;
import io.sluice.server.ConfigValue.Text;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How rates and networks are read from settings. */
class LimitTypesTest {

  private static final Origin ORIGIN = new Origin.Flag("a test");

  private final Problems problems = new Problems();

  private <T> T read(SettingType<T> type, String text) {
    return type.read("limits.some", new Text(text), ORIGIN, problems);
  }

  private SettingProblem problem() {
    List<SettingProblem> found =
        catchThrowableOfType(InvalidSettingsException.class, problems::throwIfAny).problems();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void ratesAreReadAndWrittenAsTheyWere() {
    ScalarType<Rate> type = ScalarType.rate();
    assertThat(read(type, " 60/min ")).isEqualTo(new Rate(60, Duration.ofMinutes(1)));
    assertThat(type.write(Rate.parse("5/10s"))).isEqualTo(new Text("5/10s"));
  }

  @ParameterizedTest
  @CsvSource({
    "10MiB/s, 10485760, 1, 10MiB/s",
    "1GiB/h, 1073741824, 3600, 1GiB/h",
    "1024B/2min, 1024, 120, 1KiB/2min",
  })
  void ratesOfBytesHaveTheUnitsOfSizes(String text, long bytes, long seconds, String written) {
    ScalarType<Rate> type = ScalarType.byteRate();
    assertThat(read(type, text)).isEqualTo(new Rate(bytes, Duration.ofSeconds(seconds)));
    assertThat(type.write(type.parse().apply(text))).isEqualTo(new Text(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10/s", "10MiB", "10QiB/s", "0B/s", "2GiB/s", "10MiB/m"})
  void whatIsNoRateOfBytesIsRefused(String text) {
    assertThat(read(ScalarType.byteRate(), text)).isNull();
    assertThat(problem().advice()).contains("10MiB/s").contains("KiB");
  }

  @Test
  void networksAreListed() {
    ListType<Network> type = new ListType<>(ScalarType.network());
    List<Network> read = read(type, "10.0.0.0/8, 2001:db8::/32,::1");
    assertThat(read)
        .containsExactly(
            Network.parse("10.0.0.0/8"), Network.parse("2001:db8::/32"), Network.parse("::1"));
    assertThat(type.write(read))
        .isEqualTo(
            new ConfigValue.Sequence(
                List.of(new Text("10.0.0.0/8"), new Text("2001:db8::/32"), new Text("::1"))));
  }

  @Test
  void aNetworkThatHasBitsBeyondItsPrefixIsRefusedWithTheOneThatWasMeant() {
    assertThat(read(new ListType<>(ScalarType.network()), "10.0.0.0/8,10.1.2.3/16")).isNull();
    assertThat(problem().wrong()).contains("10.1.0.0/16");
  }
}
