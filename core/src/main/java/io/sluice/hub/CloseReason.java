package io.sluice.hub;

import java.util.Locale;

/** Why a stream ended. */
public enum CloseReason {
  /** The client closed its connection or reset its HTTP/2 stream. */
  CLIENT,
  /** The connection broke: reset, timed out, or failed on writing. */
  BROKEN,
  /** The client sent what has no place on a stream. */
  PROTOCOL,
  /** The client took nothing for the write timeout while bytes waited. */
  WRITE_TIMEOUT,
  /** The budget for output was spent, and this stream had been stalled longest. */
  OUTPUT_FULL,
  /** Its next event was gone, and the channel's policy is to disconnect. */
  BEHIND,
  /** Closed by an operator or by its owner. */
  CLOSED,
  /** The identity that it was opened with has expired. */
  EXPIRED,
  /** The identity that it was opened with was revoked. */
  REVOKED,
  /** What it wanted of the past couldn't be read. */
  STORE,
  /** The hub drains or closes. */
  DRAIN;

  /** As it stands in logs, figures and metrics: lower case, dashes. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
