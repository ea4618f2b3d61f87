// The npm package reconnecting-eventsource, around the EventSource of the platform.

import ReconnectingEventSource from "reconnecting-eventsource";

const SHORT_MS = 100; // the most that it waits before it makes a new EventSource

export function start({ url, types }, report) {
  const source = new ReconnectingEventSource(url, { max_retry_time: SHORT_MS });
  for (const type of types) {
    source.addEventListener(type, ({ data, lastEventId }) => report.event({ id: lastEventId, type, data }));
  }
}
