// The npm package @microsoft/fetch-event-source. It is made for browsers: in Node it needs a window
// to find fetch and timers in, and a document to be told of visibility by. The package itself is
// used as it is.

import test from "node:test";
import { createRequire } from "node:module";
import { survivesCuts } from "../oracle.js";

globalThis.window = globalThis;
globalThis.document = new EventTarget();
const { fetchEventSource } = createRequire(import.meta.url)("@microsoft/fetch-event-source");

// It takes an id over when it has read the line, not when the event is complete (the standard's
// "dispatch the event"): a cut inside of an event would lose that event in the client itself.
test("fetch-event-source misses and repeats nothing over cuts", { timeout: 120_000 }, (t) =>
  survivesCuts(
    t,
    async (url, take) => {
      const stop = new AbortController();
      await new Promise((resolve, reject) => {
        fetchEventSource(url, {
          signal: stop.signal,
          // Its own way to have it come back after an end that it takes for an orderly one, as its
          // documentation shows. Node's fetch tells a cut of a body without framing as such an end.
          onclose: () => {
            throw new Error("to be continued");
          },
          onmessage: ({ event, data, id }) => {
            if (event === "connected") {
              resolve();
            } else if (event === "" && !(id !== "" && data === "")) {
              take(data); // what has an id alone is a heartbeat, which this client shows as well
            }
          },
        }).catch(reject);
      });
      return () => stop.abort();
    },
    "between events",
  ));
