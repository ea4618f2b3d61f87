package io.sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** A file with a certificate's key is read, or refused with a reason. */
class PrivateKeyFuzzTest {

  @DictionaryEntries({
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----",
    "-----END EC PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END RSA PRIVATE KEY-----",
    "Proc-Type: 4,ENCRYPTED",
    "MC4CAQAwBQYDK2VwBCIEIA=="
  })
  @FuzzTest
  void keysAreReadOrRefusedWithAReason(byte[] file) {
    try {
      for (Pem block : Pem.blocks(new String(file, ISO_8859_1))) {
        if (PrivateKeys.isKey(block)) {
          assertThat(PrivateKeys.read(block).getFormat()).isEqualTo("PKCS#8");
        }
      }
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
