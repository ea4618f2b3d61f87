package io.sluice.examples.site;

import org.jspecify.annotations.Nullable;

/** Answers requests to one route, each on a virtual thread of its own: it may block. */
@FunctionalInterface
public interface Handler {

  /**
   * Answers one.
   *
   * @return a {@link Response}; or a value that becomes JSON with 200; or null for 204
   * @throws Refusal if it can't be done
   * @throws Exception anything else is logged and becomes 500
   */
  @Nullable Object handle(Request request) throws Exception;
}
