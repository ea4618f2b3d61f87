package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.access.Identification.Known;
import io.sluice.access.Identification.Refused;
import java.util.concurrent.CompletableFuture;

/** Takes answers apart that must be there already. */
final class Answers {

  private Answers() {}

  static Identity known(CompletableFuture<Identification> answer) {
    assertThat(answer).isDone();
    return known(answer.join());
  }

  static Identity known(Identification answer) {
    assertThat(answer).isInstanceOf(Known.class);
    return ((Known) answer).identity();
  }

  static Refused refused(CompletableFuture<Identification> answer) {
    assertThat(answer).isDone();
    return refused(answer.join());
  }

  static Refused refused(Identification answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return (Refused) answer;
  }

  static String code(CompletableFuture<Identification> answer) {
    return refused(answer).code();
  }
}
