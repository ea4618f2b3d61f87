package io.sluice.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the two files of a certificate and its key had in them at one moment.
 *
 * <p>Immutable. The text form never has the content.
 *
 * @param certificatePath of the file with the chain
 * @param certificateText its content
 * @param keyPath of the file with the key
 * @param keyText its content
 */
record CertificateFiles(
    Path certificatePath, String certificateText, Path keyPath, String keyText) {

  /** Many times what a chain or a key takes: what is longer was named by mistake. */
  static final int MAX_BYTES = 1 << 20;

  /**
   * Reads the files.
   *
   * @throws UnusableCertificateException naming the file that can't be read
   */
  static CertificateFiles read(Path certificate, Path key) {
    return new CertificateFiles(certificate, text(certificate), key, text(key));
  }

  private static String text(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new UnusableCertificateException(
            path + ": a PEM file may have " + MAX_BYTES + " bytes, this one has more");
      }
      // PEM is ASCII; what isn't is text for people between the blocks.
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new UnusableCertificateException(path + ": there is no such file", e);
    } catch (IOException e) {
      throw new UnusableCertificateException(path + ": it can't be read: " + e, e);
    }
  }

  @Override
  public String toString() {
    return "CertificateFiles[" + certificatePath + ", " + keyPath + "]";
  }
}
