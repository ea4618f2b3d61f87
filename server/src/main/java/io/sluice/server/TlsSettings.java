package io.sluice.server;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether connections are encrypted, and with what.
 *
 * <p>Immutable.
 *
 * @param certificate a PEM file: the server's certificate first, then those that link it to one
 *     that clients know
 * @param key a PEM file with the certificate's private key, not encrypted
 * @param dev whether the server makes itself a certificate for {@code localhost}, that no client
 *     trusts, until it stops
 */
public record TlsSettings(Optional<Path> certificate, Optional<Path> key, boolean dev) {

  /** Connections aren't encrypted. */
  public static final TlsSettings OFF = new TlsSettings(Optional.empty(), Optional.empty(), false);

  /**
   * @throws IllegalArgumentException if one of the files is there without the other, or both are
   *     and {@code dev} too
   */
  public TlsSettings {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException(
          certificate.isPresent()
              ? "tls.certificate needs tls.key, the file with its private key"
              : "tls.key needs tls.certificate, the file with its certificate");
    }
    if (dev && certificate.isPresent()) {
      throw new IllegalArgumentException(
          "tls.dev makes a certificate, and tls.certificate names one: only one of them can hold");
    }
  }

  /** Whether connections are encrypted. */
  public boolean enabled() {
    return dev || certificate.isPresent();
  }
}
