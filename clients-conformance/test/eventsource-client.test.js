// The npm package eventsource-client.

import test from "node:test";
import { createEventSource } from "eventsource-client";
import { survivesCuts } from "../oracle.js";

test("eventsource-client misses and repeats nothing over cuts", { timeout: 120_000 }, (t) =>
  survivesCuts(t, async (url, take) => {
    let connected;
    const open = new Promise((resolve) => (connected = resolve));
    const source = createEventSource({
      url,
      onMessage: ({ event, data }) => {
        if (event === "connected") {
          connected();
        } else if (event === undefined || event === "message") {
          take(data);
        }
      },
    });
    await open;
    return () => source.close();
  }));
