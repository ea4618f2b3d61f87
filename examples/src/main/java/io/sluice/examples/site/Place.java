package io.sluice.examples.site;

import java.nio.file.Path;

/**
 * Where an application runs.
 *
 * <p>Immutable.
 *
 * @param port of pages and API, on loopback; 0 for any
 * @param hubPort of its hub, on loopback; 0 for any
 * @param data where it and its hub keep what they know; made if it isn't there
 */
public record Place(int port, int hubPort, Path data) {

  /** On whatever ports are free. */
  public static Place anywhere(Path data) {
    return new Place(0, 0, data);
  }
}
