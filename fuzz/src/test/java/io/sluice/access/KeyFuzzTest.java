package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Files and sets of keys are read, or refused with a reason; nothing else becomes of them. */
class KeyFuzzTest {

  @TempDir static Path directory;

  /**
   * @param file a JWK set if it begins with a brace, PEM otherwise
   */
  @DictionaryEntries({
    "{\"keys\":[", "\"kty\":\"RSA\"", "\"kty\":\"EC\"", "\"kty\":\"OKP\"", "\"kty\":\"oct\"",
    "\"crv\":\"P-256\"", "\"crv\":\"Ed25519\"", "\"e\":\"AQAB\"", "\"use\":\"sig\"", "\"alg\":",
    "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----"
  })
  @FuzzTest
  void keysAreReadOrRefusedWithAReason(byte[] file) throws IOException {
    try {
      if (file.length > 0 && file[0] == '{') {
        assertThat(JwkSet.parse(file, true).algorithms()).isNotEmpty();
      } else {
        Path pem = directory.resolve("keys.pem");
        Files.write(pem, file);
        assertThat(PemKeys.read(pem)).isNotEmpty();
      }
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
