// The npm package @microsoft/fetch-event-source, with its own handlers. It shows every blank line as a message;
// those without data are left out here, or there would be something to say in every row.

import { fetchEventSource } from "@microsoft/fetch-event-source";

const SHORT_MS = 100;

export function start({ url, tokens }, report, handlers = {}) {
  fetchEventSource(url, {
    headers: tokens && { Authorization: `Bearer ${tokens[0]}` },
    onmessage: ({ id, event, data }) => {
      if (data !== "") {
        report.event({ id: id === "" ? undefined : id, type: event === "" ? "message" : event, data });
      }
    },
    onerror: () => SHORT_MS, // that it tries again is its default; only its second is made shorter
    ...handlers,
  }).then(
    () => report.closed(""),
    (error) => report.closed(error.message),
  );
}
