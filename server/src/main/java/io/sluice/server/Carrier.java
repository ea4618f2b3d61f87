package io.sluice.server;

import io.sluice.hub.Loop;
import io.sluice.hub.Outlet;
import io.sluice.hub.OutletOwner;
import java.net.InetSocketAddress;
import java.util.function.Function;

/**
 * What an exchange needs of its protocol: an HTTP/1 connection or a stream of an HTTP/2 connection.
 * Confined to the connection's loop. When the client has gone, answering does nothing.
 */
interface Carrier {

  Loop loop();

  InetSocketAddress remoteAddress();

  /** {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
  String protocol();

  /** Bytes of the request's body as its head says, 0 without a body, -1 if the head doesn't say. */
  long declaredBodyBytes();

  /** The body is wanted: the client is told to go on where it waits for that. */
  void wantBody();

  /** Stops reading the body, or goes on with it. */
  void holdBody(boolean hold);

  /** Answers with all that there is to say. What is left of the request's body isn't wanted. */
  void respond(int status, Fields fields, byte[] body);

  /** Begins an answer whose body comes in pieces. */
  ResponseBody begin(int status, Fields fields);

  /**
   * Turns the rest of the response into an event stream.
   *
   * @return whether {@code opening} was called: not if the client has gone
   */
  boolean openStream(Fields fields, Function<Outlet, OutletOwner> opening);

  /** Cuts the response, as an error that came too late for a status. */
  void abort();
}
