package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class ConsoleLogTest {

  private final Logger sluice = LoggerFactory.getLogger("io.sluice.test");
  private final Logger library = LoggerFactory.getLogger("org.example.library");

  @AfterEach
  void reset() {
    ConsoleLog.setLevel(Level.INFO);
  }

  @Test
  void logsInformationOfSluiceAndWarningsOfLibraries() {
    assertThat(sluice.isInfoEnabled()).isTrue();
    assertThat(sluice.isDebugEnabled()).isFalse();
    assertThat(library.isWarnEnabled()).isTrue();
    assertThat(library.isInfoEnabled()).isFalse();
  }

  @Test
  void levelIsThatOfSluiceAlone() {
    ConsoleLog.setLevel(Level.DEBUG);

    assertThat(sluice.isDebugEnabled()).isTrue();
    assertThat(library.isInfoEnabled()).isFalse();
  }
}
