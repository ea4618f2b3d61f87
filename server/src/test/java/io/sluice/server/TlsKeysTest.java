package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsKeysTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final CertifiedKey first = DevCertificate.create(NOW);
  private final CertifiedKey second = DevCertificate.create(NOW);

  @TempDir private Path folder;

  private Path certificate() {
    return folder.resolve("cert.pem");
  }

  private Path key() {
    return folder.resolve("key.pem");
  }

  private void write(CertifiedKey key) throws IOException {
    Files.writeString(certificate(), CertifiedKeyTest.certificatePem(key));
    Files.writeString(key(), CertifiedKeyTest.keyPem(key));
  }

  private TlsKeys open() {
    return TlsKeys.open(
        new TlsSettings(Optional.of(certificate()), Optional.of(key()), false),
        InstantSource.fixed(NOW));
  }

  @Test
  void takesWhatIsInTheFilesWhenTheyChange() throws IOException {
    write(first);
    try (TlsKeys keys = open()) {
      assertThat(keys.check()).isFalse();
      assertThat(keys.certificate()).isEqualTo(first.certificate());

      write(second);

      assertThat(keys.check()).isTrue();
      assertThat(keys.certificate()).isEqualTo(second.certificate());
      assertThat(keys.check()).isFalse();
    }
  }

  @Test
  void seesAChangeThatLeavesTheFilesTimesAsTheyWere() throws IOException {
    write(first);
    FileTime then = Files.getLastModifiedTime(certificate());
    try (TlsKeys keys = open()) {
      write(second);
      Files.setLastModifiedTime(certificate(), then);
      Files.setLastModifiedTime(key(), then);

      assertThat(keys.check()).isTrue();
    }
  }

  @Test
  void keepsWhatItHasWhileTheFilesAreBroken() throws IOException {
    write(first);
    try (TlsKeys keys = open()) {
      Files.writeString(certificate(), CertifiedKeyTest.certificatePem(second)); // and not the key
      assertThat(keys.check()).isFalse();
      assertThat(keys.fingerprint()).isEqualTo(first.fingerprint());

      Files.delete(key());
      assertThat(keys.check()).isFalse();
      Files.writeString(key(), "");
      assertThat(keys.check()).isFalse();
      assertThat(keys.fingerprint()).isEqualTo(first.fingerprint());

      write(second);
      assertThat(keys.check()).isTrue();
      assertThat(keys.fingerprint()).isEqualTo(second.fingerprint());
    }
  }

  @Test
  void doesNotStartWithoutItsFiles() throws IOException {
    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContainingAll("cert.pem", "there is no such file");
    write(first);
    Files.delete(key());
    assertThatThrownBy(this::open).hasMessageContainingAll("key.pem", "there is no such file");
  }

  @Test
  void doesNotReadWhatIsNoPemFileToItsEnd() throws IOException {
    write(first);
    Files.write(certificate(), new byte[CertificateFiles.MAX_BYTES + 1]);
    assertThatThrownBy(this::open).hasMessageContainingAll("cert.pem", "1048576");
    Files.delete(certificate());
    Files.createDirectory(certificate());
    assertThatThrownBy(this::open).hasMessageContainingAll("cert.pem", "can't be read");
  }

  @Test
  void startsWithACertificateThatHasExpired() throws IOException {
    CertifiedKey old = DevCertificate.create(NOW.minusSeconds(800L * 86_400));
    write(old);
    try (TlsKeys keys = open()) {
      assertThat(keys.certificate()).isEqualTo(old.certificate());
    }
  }

  @Test
  void makesAnotherCertificateAtEachStart() {
    TlsSettings dev = new TlsSettings(Optional.empty(), Optional.empty(), true);
    try (TlsKeys one = TlsKeys.open(dev);
        TlsKeys other = TlsKeys.open(dev)) {
      assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
    }
  }

  @Test
  void settingsThatContradictThemselvesAreRefused() {
    Optional<Path> file = Optional.of(Path.of("a.pem"));
    assertThatThrownBy(() -> new TlsSettings(file, Optional.empty(), false))
        .hasMessageContaining("tls.key");
    assertThatThrownBy(() -> new TlsSettings(Optional.empty(), file, false))
        .hasMessageContaining("tls.certificate");
    assertThatThrownBy(() -> new TlsSettings(file, file, true)).hasMessageContaining("tls.dev");
    assertThat(TlsSettings.OFF.enabled()).isFalse();
  }
}
