package io.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishAnswerTest {

  @Test
  void idForEachLineMeansPublished() {
    assertThat(read("{\"id\":\"e-1\"}\n{\"id\":\"e-2\"}\n", 2))
        .isEqualTo(new PublishAnswer.Published(List.of("e-1", "e-2")));
  }

  @Test
  void refusedLineComesAfterTheIdsOfThoseBefore() {
    assertThat(read("{\"id\":\"e-1\"}\n{\"line\":2,\"detail\":\"no\"}\n", 3))
        .isEqualTo(new PublishAnswer.LineRefused(List.of("e-1"), "no"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"id\":\"e-1\"}\n",
        "{\"id\":\"e-1\"}\n{\"id\":\"e-2\"}\n{\"id\":\"e-3\"}\n",
        "{\"id\":\"e-1\"}\n{\"line\":7,\"detail\":\"another line\"}\n",
        "{\"id\":\"e-1\"}\n{\"id\":\"e-2\"}\n{\"line\":3,\"detail\":\"a line that wasn't sent\"}\n",
        "{\"id\":\"e-1\"}\n{\"detail\":\"draining\"}\n",
        "{\"id\":\"e-1\"}\n{\"line\":2,\"status\":503,\"detail\":\"draining\"}\n",
        "{\"id\":\"e-1\"}\n{\"id\":",
        "<html>"
      })
  void anythingElseSettlesNothing(String body) {
    assertThat(read(body, 2)).isInstanceOf(PublishAnswer.Unsettled.class);
  }

  @Test
  void hubThatStopsInTheMidstSaysWhenToComeBack() {
    String stopped = "{\"line\":1,\"status\":503,\"detail\":\"draining\",\"retryAfter\":5}";
    assertThat(read(stopped, 2))
        .isEqualTo(new PublishAnswer.Unsettled("draining", Duration.ofSeconds(5)));
  }

  private static PublishAnswer read(String body, int lines) {
    return Publisher.read(body.getBytes(UTF_8), lines);
  }
}
