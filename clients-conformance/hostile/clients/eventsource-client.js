// The npm package eventsource-client. It tells of an end by its state alone.

import { createEventSource } from "eventsource-client";

const LOOK_EVERY_MS = 20;

export function start({ url, tokens }, report) {
  const source = createEventSource({
    url,
    headers: tokens && { Authorization: `Bearer ${tokens[0]}` },
    onMessage: ({ id, event, data }) => report.event({ id, type: event ?? "message", data }),
  });
  const timer = setInterval(() => {
    if (source.readyState === "closed") {
      clearInterval(timer);
      report.closed("");
    }
  }, LOOK_EVERY_MS);
}
