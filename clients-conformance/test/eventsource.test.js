// The npm package eventsource, in two generations: 4 is built on fetch, 2 on Node's http.

import test from "node:test";
import { EventSource } from "eventsource";
import EventSource2 from "eventsource-2";
import { survivesCuts } from "../oracle.js";

const LIMIT = { timeout: 120_000 };

function subscribeWith(Client) {
  return async (url, take) => {
    const source = new Client(url);
    source.addEventListener("message", (event) => take(event.data));
    await new Promise((resolve) => source.addEventListener("connected", resolve, { once: true }));
    return () => source.close();
  };
}

test("eventsource 4 misses and repeats nothing over cuts", LIMIT, (t) =>
  survivesCuts(t, subscribeWith(EventSource)));

// It takes an id over when it has read the line, not when the event is complete (the standard's
// "dispatch the event"): a cut inside of an event would lose that event in the client itself.
test("eventsource 2 misses and repeats nothing over cuts", LIMIT, (t) =>
  survivesCuts(t, subscribeWith(EventSource2), "between events"));
