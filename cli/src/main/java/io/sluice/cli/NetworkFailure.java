package io.sluice.cli;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in a few words why a request came to nothing. */
final class NetworkFailure {

  private NetworkFailure() {}

  /** The failure as a clause without a full stop: {@code connection refused}. */
  static String describe(Throwable failure) {
    Throwable reason = unwrap(failure);
    if (has(reason, UnresolvedAddressException.class)) {
      return "its host name isn't known";
    }
    if (reason instanceof HttpConnectTimeoutException) {
      return "nothing accepts connections there in time";
    }
    if (reason instanceof HttpTimeoutException) {
      return "no answer in time";
    }
    if (reason instanceof ConnectException && reason.getMessage() == null) {
      return "connection refused";
    }
    if (reason instanceof EOFException) {
      return "the connection was closed";
    }
    if (has(reason, CertPathBuilderException.class)) {
      return "its certificate isn't from anybody trusted here (" + TlsOptions.CACERT + ")";
    }
    String message = reason.getMessage();
    if (message != null && message.startsWith("chunked transfer encoding")) {
      return "the connection was closed in the middle of the answer";
    }
    String text = message == null ? reason.getClass().getSimpleName() : message;
    return reason instanceof SSLException ? "TLS failed: " + text : text;
  }

  private static Throwable unwrap(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? unwrap(cause) : failure;
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
