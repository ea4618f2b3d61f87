// The npm package eventsource. Headers go in by a fetch of one's own, as its documentation shows.

import { EventSource } from "eventsource";

export function start({ url, types, tokens }, report) {
  const source = new EventSource(url, {
    fetch: (input, init) =>
      fetch(input, {
        ...init,
        headers: { ...init.headers, ...(tokens && { Authorization: `Bearer ${tokens[0]}` }) },
      }),
  });
  for (const type of types) {
    source.addEventListener(type, ({ data, lastEventId }) =>
      // It tells an event's own id, not the last one.
      report.event({ id: lastEventId === "" ? undefined : lastEventId, type, data }),
    );
  }
  source.addEventListener("error", ({ message }) => {
    if (source.readyState === EventSource.CLOSED) {
      report.closed(message ?? "");
    }
  });
}
