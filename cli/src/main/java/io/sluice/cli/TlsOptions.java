package io.sluice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that speak TLS with a hub. */
final class TlsOptions {

  /** The option, for messages. */
  static final String CACERT = "--cacert";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = CACERT,
      paramLabel = "FILE",
      description =
          "Certificates in PEM that an https hub's must come from, or be (default: those that Java"
              + " trusts).")
  private @Nullable Path file;

  /**
   * Whom to trust.
   *
   * @return null for those that Java trusts
   * @throws ParameterException if there are no certificates in the file
   */
  @Nullable SSLContext context() {
    if (file == null) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return trusting(CertificateFactory.getInstance("X.509").generateCertificates(in));
    } catch (NoSuchFileException e) {
      throw wrong("there is no file " + file);
    } catch (CertificateException e) {
      throw wrong(file + " has no certificates in PEM: " + e.getMessage());
    } catch (IOException e) {
      throw wrong("can't read " + file + ": " + e.getMessage());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has X.509, PKCS #12 and TLS", e);
    }
  }

  private SSLContext trusting(Collection<? extends Certificate> certificates)
      throws IOException, GeneralSecurityException {
    if (certificates.isEmpty()) {
      throw wrong(file + " has no certificates in PEM");
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      trusted.setCertificateEntry("trusted-" + number, certificate);
      number++;
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), CACERT + ": " + message);
  }
}
