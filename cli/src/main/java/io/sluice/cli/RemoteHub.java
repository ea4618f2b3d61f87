package io.sluice.cli;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A hub as a client gets at it.
 *
 * <p>Immutable.
 *
 * @param url where it is
 * @param token what is shown to it; null for nothing
 * @param tls whom to trust; null for those that Java trusts
 */
record RemoteHub(HubUrl url, @Nullable BearerToken token, @Nullable SSLContext tls) {

  /** A request to it. */
  HttpRequest.Builder request(String path, Query query) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.at(path, query));
    return token == null ? request : request.header("Authorization", token.header());
  }

  /** A client that trusts it. */
  HttpClient.Builder client() {
    HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    return tls == null ? client : client.sslContext(tls);
  }

  /** Where it is, for messages. */
  @Override
  public String toString() {
    return url.toString();
  }
}
