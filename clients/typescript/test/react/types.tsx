// What TypeScript makes of it; tsc is the test: nothing of it runs.

import { expectTypeOf } from "expect-type";
import { connect, type EventStream, type Gap, type SluiceEvent, type StandardSchema, type State, type StreamError } from "../../src/index.js";
import { Feed, useConnection, useEvent, useEvents, useEventStream, useFeed, type FeedItem } from "../../src/react/index.js";
import { fakeServer, probe } from "../../src/testing/index.js";

interface Events {
  price: { symbol: string; value: number };
  note: string;
}

declare const events: EventStream<Events>;
declare const untyped: EventStream;
declare const perhaps: EventStream<Events> | undefined;
declare const schema: StandardSchema<{ level: number }>;

export function Typed() {
  expectTypeOf(useEvent(events, "price")).toEqualTypeOf<Events["price"] | undefined>();
  expectTypeOf(useEvent(perhaps, "note", { initial: "none" })).toEqualTypeOf<string>();
  expectTypeOf(useEvent(events, "note", { initial: null })).toEqualTypeOf<string | null>();
  expectTypeOf(useEvent(events, "gap")).toEqualTypeOf<Gap | undefined>();
  expectTypeOf(useEvent(untyped, "whatever")).toEqualTypeOf<unknown>();
  // @ts-expect-error no such event
  useEvent(events, "prize");
  // @ts-expect-error no such pace
  useEvent(events, "price", { every: "second" });

  const latest = useEvents(perhaps, ["price", "gap"], { every: "frame" });
  expectTypeOf(latest.price).toEqualTypeOf<Events["price"] | undefined>();
  expectTypeOf(latest.gap).toEqualTypeOf<Gap | undefined>();
  // @ts-expect-error not asked for
  void latest.note;

  const [item] = useFeed(events, { limit: 50 });
  expectTypeOf(item!.type).toEqualTypeOf<"price" | "note" | "gap">();
  if (item?.type === "price") expectTypeOf(item.data.value).toEqualTypeOf<number>();
  if (item?.type === "gap") expectTypeOf(item.data).toEqualTypeOf<Gap>();
  expectTypeOf(item!.key).toEqualTypeOf<string>();
  const prices = useFeed(perhaps, { types: ["price"], key: ({ data }) => data.symbol });
  expectTypeOf(prices[0]!.data).toEqualTypeOf<Events["price"]>();
  // @ts-expect-error no such event
  useFeed(events, { types: ["prize"] });
  expectTypeOf(useFeed(untyped)[0]!.data).toEqualTypeOf<unknown>();

  const { state, error, close } = useConnection(perhaps);
  expectTypeOf(state).toEqualTypeOf<State>();
  expectTypeOf(error).toEqualTypeOf<StreamError | undefined>();
  expectTypeOf(close).toEqualTypeOf<() => void>();

  expectTypeOf(useEventStream<Events>("/events")).toEqualTypeOf<EventStream<Events> | undefined>();
  expectTypeOf(useEventStream(undefined)).toEqualTypeOf<EventStream | undefined>();
  expectTypeOf(useEvent(useEventStream("/events", { schemas: { load: schema } }), "load")).toEqualTypeOf<
    { level: number } | undefined
  >();

  return (
    <>
      <Feed events={events} by={({ id }) => id} className="feed" every="frame">
        {(event) => (expectTypeOf(event).toEqualTypeOf<FeedItem<Events>>(), event.key)}
      </Feed>
      <Feed events={perhaps} types={["price"]} by={({ data }) => data.symbol}>
        {({ data }) => data.value}
      </Feed>
      {/* @ts-expect-error events is wanted */}
      <Feed />
    </>
  );
}

export async function probed() {
  const seen = probe(connect<Events>("/events", { fetch: fakeServer([]).fetch }));
  expectTypeOf(await seen.expect("price", { data: { symbol: "A" }, where: ({ value }) => value > 1 })).toEqualTypeOf<
    SluiceEvent<Events["price"], "price">
  >();
  expectTypeOf(await seen.expectGap({ reason: "slow" })).toEqualTypeOf<SluiceEvent<Gap, "gap">>();
  expectTypeOf((await seen.expectState("waiting")).why).toEqualTypeOf<StreamError>();
  // @ts-expect-error no such event
  await seen.expect("prize");
  // @ts-expect-error not its data
  await seen.expect("price", { data: { symbol: 1 } });
  // @ts-expect-error no such state
  await seen.expectState("opened");
}
