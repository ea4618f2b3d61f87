package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerProcessTest {

  @Test
  void whoListensOnAPortIsFound() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ServerProcess.listeningOn(listener.getLocalPort()))
          .isEqualTo(ServerProcess.self());
    }
  }

  @Test
  void whatItUsedIsCounted() {
    assertThat(ServerProcess.self().cpuMicros()).isPositive();
    assertThat(ServerProcess.self().residentBytes()).isGreaterThan(1 << 20);
  }

  @Test
  void aProcessThatHasEndedFailsTheRun() {
    ServerProcess gone = new ServerProcess(List.of(1L << 40));
    assertThatThrownBy(gone::cpuMicros)
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("can't be seen");
  }
}
