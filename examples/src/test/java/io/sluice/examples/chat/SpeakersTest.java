package io.sluice.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.examples.site.Refusal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SpeakersTest {

  private Instant now = Instant.parse("2026-01-31T12:00:00Z");
  private final Speakers speakers =
      new Speakers(new Chat.Pace(2, Duration.ofSeconds(10), Duration.ofSeconds(1)), () -> now);

  private void pass(long seconds) {
    now = now.plusSeconds(seconds);
  }

  @Test
  void whoHasSaidEnoughIsToldWhenToGoOnAndCan() {
    speakers.speak("alice");
    pass(4);
    speakers.speak("alice");
    assertThatThrownBy(() -> speakers.speak("alice"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(429);
              assertThat(refusal.retryAfterSeconds()).isEqualTo(7);
            });
    speakers.speak("bob");
    pass(6);
    speakers.speak("alice");
    assertThatThrownBy(() -> speakers.speak("alice")).isInstanceOf(Refusal.class);
  }

  @Test
  void whoHasBeenSilentIsForgottenAndBeginsAnew() {
    speakers.speak("alice");
    speakers.speak("alice");
    pass(3600);
    speakers.speak("alice");
    speakers.speak("alice");
    assertThatThrownBy(() -> speakers.speak("alice")).isInstanceOf(Refusal.class);
  }

  @Test
  void typingIsPassedOnOnceInAWhile() {
    assertThat(speakers.type("alice")).isTrue();
    assertThat(speakers.type("alice")).isFalse();
    assertThat(speakers.type("bob")).isTrue();
    pass(1);
    assertThat(speakers.type("alice")).isTrue();
  }
}
