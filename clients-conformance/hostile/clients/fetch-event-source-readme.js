// The npm package @microsoft/fetch-event-source with handlers of the kind that its README shows: an end of the
// stream and failures of the server are tried again, refusals of the client are fatal.

import { start as startWith } from "./fetch-event-source.js";

const SHORT_MS = 100;

class Fatal extends Error {}

export function start(task, report) {
  startWith(task, report, {
    async onopen(response) {
      if (response.ok && response.headers.get("content-type") === "text/event-stream") {
        return;
      }
      const { status } = response;
      const refused = status >= 400 && status < 500 && status !== 429;
      throw refused ? new Fatal(`status ${status}`) : new Error(`status ${status}`);
    },
    onclose() {
      throw new Error("ended");
    },
    onerror(error) {
      if (error instanceof Fatal) {
        throw error;
      }
      return SHORT_MS;
    },
  });
}
