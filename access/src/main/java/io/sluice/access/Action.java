package io.sluice.access;

/** What somebody may do with channels. */
public enum Action {
  /** Read what is published from now on, and resume. */
  SUBSCRIBE,
  /** Publish events. */
  PUBLISH,
  /** Read what is retained by {@code GET /history}. */
  HISTORY,
  /** See who is there. */
  PRESENCE
}
