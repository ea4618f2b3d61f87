// Checked by tsc, which the tests begin with; run for what is left of it at run time.

import test from "node:test";
import { expectTypeOf } from "expect-type";
import {
  connect,
  type Connected,
  type EventStream,
  type Gap,
  type SluiceEvent,
  type StandardSchema,
  type State,
  type StreamError,
  type Subscription,
} from "../src/index.js";

interface Prices {
  price: { symbol: string; value: number };
  halt: string;
}

// Never called: it would connect.
const typed = () => connect<Prices>("/events");
const untyped = () => connect("/events");

test("an event map types handlers by the name of the event", () => {
  const check = (events: EventStream<Prices>) => {
    events.on("price", (price, event) => {
      expectTypeOf(price).toEqualTypeOf<{ symbol: string; value: number }>();
      expectTypeOf(event).toEqualTypeOf<SluiceEvent<{ symbol: string; value: number }, "price">>();
      expectTypeOf(event.type).toEqualTypeOf<"price">();
    });
    events.on("halt", (reason) => expectTypeOf(reason).toEqualTypeOf<string>());
    // @ts-expect-error no such event
    events.on("pirce", () => {});
    // @ts-expect-error not what a price is
    events.on("price", (price: number) => price);
  };
  expectTypeOf(check).toBeFunction();
  expectTypeOf(typed).returns.toEqualTypeOf<EventStream<Prices>>();
});

test("the hub's own events have their types on every stream", () => {
  const check = (map: EventStream<Prices>, any: EventStream) => {
    for (const events of [map]) {
      events.on("gap", (gap) => expectTypeOf(gap).toEqualTypeOf<Gap>());
      events.on("connected", (connected) => expectTypeOf(connected).toEqualTypeOf<Connected>());
      events.on("subscription", (held) => expectTypeOf(held).toEqualTypeOf<Subscription>());
    }
    any.on("gap", (gap) => {
      expectTypeOf(gap.reason).toEqualTypeOf<"evicted" | "slow" | "reset">();
      expectTypeOf(gap.missed).toEqualTypeOf<number | undefined>();
    });
    any.on("price", (price) => expectTypeOf(price).toEqualTypeOf<unknown>());
  };
  expectTypeOf(check).toBeFunction();
  expectTypeOf(untyped).returns.toEqualTypeOf<EventStream<Record<string, unknown>>>();
});

test("schemas give the event map", () => {
  const check = (price: StandardSchema<{ value: number }>, name: StandardSchema<string>) => {
    const events = connect("/events", { schemas: { price, name } });
    events.on("price", (price) => expectTypeOf(price).toEqualTypeOf<{ value: number }>());
    events.on("name", (name) => expectTypeOf(name).toEqualTypeOf<string>());
    // @ts-expect-error there is no schema of it
    events.on("other", () => {});
  };
  expectTypeOf(check).toBeFunction();
});

test("a state is told apart by its status", () => {
  const check = (state: State) => {
    if (state.status === "waiting") {
      expectTypeOf(state.until).toEqualTypeOf<number>();
      expectTypeOf(state.why).toEqualTypeOf<StreamError>();
    } else if (state.status === "closed") {
      expectTypeOf(state.why).toEqualTypeOf<StreamError | undefined>();
    }
    expectTypeOf(state.status).toEqualTypeOf<"connecting" | "open" | "waiting" | "closed">();
  };
  expectTypeOf(check).toBeFunction();
});

test("options are checked", () => {
  const check = () => {
    connect("/events", { token: "t", headers: { "X-App": "a" }, persist: { storage: "local" }, watchdog: false });
    connect(new URL("https://hub.example/events"), { ticket: async () => "t", data: ({ text }) => text.length });
    // @ts-expect-error a stream can't be sent twice
    connect("/events", { method: "POST", body: new ReadableStream() });
    // @ts-expect-error a ticket is good once
    connect("/events", { ticket: "t" });
    // @ts-expect-error no such storage
    connect("/events", { persist: { storage: "disk" } });
  };
  expectTypeOf(check).toBeFunction();
});

test("a loop gives events", () => {
  const check = async (events: EventStream<Prices>) => {
    for await (const event of events.stream({ buffer: 10, overflow: "drop-oldest" })) {
      expectTypeOf(event).toEqualTypeOf<SluiceEvent>();
    }
    expectTypeOf(events.stream().dropped).toEqualTypeOf<number>();
  };
  expectTypeOf(check).toBeFunction();
});
