package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.Target;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BenchTargetTest {

  private static final String ELSEWHERE = "http://127.0.0.1:8081/{channel}";

  @Test
  void tokenGoesToTheHub() {
    Target target = target();
    assertThat(target.subscribeHeaders()).containsEntry("Authorization", "Bearer hush");
    assertThat(target.publishHeaders()).containsEntry("Authorization", "Bearer hush");
  }

  @Test
  void tokenGoesToNoOtherAddress() {
    assertThat(target("--subscribe-url", ELSEWHERE).subscribeHeaders()).isEmpty();
    assertThat(target("--publish-url", ELSEWHERE).publishHeaders()).isEmpty();
  }

  @Test
  void headerOnTheCommandLineBeatsTheToken() {
    assertThat(target("--publish-header", "authorization: Basic eA==").publishHeaders().values())
        .containsExactly("Basic eA==");
  }

  @Test
  void batchesAreJsonForThePathThatTakesThem() {
    Target target = benching().target.at(HubUrl.parse(HubUrl.DEFAULT), null, true);
    assertThat(target.publishUrl()).endsWith("/publish");
    assertThat(target.publishHeaders()).containsEntry("Content-Type", "application/json");
    assertThat(target.body()).contains("\"{channel}\"").contains("\"{payload}\"");
    assertThat(target.subscribeUrl()).endsWith("/events/{channel}");
    assertThat(target.subscribeHeaders()).isEmpty();
  }

  private static Target target(String... arguments) {
    return benching(arguments)
        .target
        .at(HubUrl.parse(HubUrl.DEFAULT), BearerToken.parse("hush", "--token"), false);
  }

  private static Benching benching(String... arguments) {
    return CommandLine.populateCommand(new Benching(), arguments);
  }

  /** A command with these options. */
  @Command(name = "benching")
  private static final class Benching {
    @Mixin private BenchTarget target = new BenchTarget();
  }
}
