// A list of what came last.

import { useState } from "react";
import { HUB_SAYS } from "../connect.js";
import type { AllEvents, EventStream, HubEvents, SluiceEvent } from "../types.js";
import { nameOf, useLatest } from "./shared.js";
import { useShown, type Pace } from "./shown.js";

/** An event of these types, told apart by `type`. */
export type EventOf<M, K extends keyof AllEvents<M> & string> = { [T in K]: SluiceEvent<AllEvents<M>[T], T> }[K];

/** What a feed shows if it isn't told: what was published, and gaps, since a list with a hole should say so. */
export type Published<M> = (Exclude<keyof M, keyof HubEvents> | "gap") & string;

/** An event in a feed, with a key for React that no other in the feed has. */
export type FeedItem<M, K extends keyof AllEvents<M> & string = Published<M>> = EventOf<M, K> & { readonly key: string };

export interface FeedOptions<M, K extends keyof AllEvents<M> & string = Published<M>> {
  /** How many are kept; 50 by default. */
  limit?: number;
  /** Events with the same key are about the same thing: the newer takes the older one's place. By default none are. */
  key?: (event: EventOf<M, K>) => string | number;
  /** Only these. By default all that are published, and gaps. */
  types?: readonly K[];
  every?: Pace;
  /** What there is to begin with, newest first: a page of the history, say. On the server too. */
  initial?: readonly EventOf<M, K>[];
}

type Item = SluiceEvent & { readonly key: string };
type Settings = { limit?: number | undefined; key?: ((event: never) => string | number) | undefined };

let unnamed = 0;

/** A list with one more event, newest first. The same list, if it is in there already. */
export function withEvent(list: readonly Item[], event: SluiceEvent, { limit = 50, key }: Settings): readonly Item[] {
  const { id, type, text } = event;
  // An event without an id of its own has that of the event before it, so the id alone doesn't tell. A server that
  // resumes a little early sends the same again.
  const alike = list.filter((item) => id && item.id === id);
  if (!key && alike.some((item) => item.type === type && item.text === text)) return list;
  const name = key ? String(key(event as never)) : id && !alike.length ? id : `${id}#${unnamed++}`;
  const others = key ? list.filter((item) => item.key !== name) : list;
  return [{ ...event, key: name }, ...others.slice(0, limit - 1)];
}

/**
 * The last events, newest first, each once. Rows can be memoized: an event stays the same object, and has its `key`.
 *
 * It begins with the component, and ends with it: what came while React kept the component hidden isn't there.
 *
 * @param events undefined: not connected yet, or on the server
 */
export function useFeed<M, const K extends keyof AllEvents<M> & string = Published<M>>(
  events: EventStream<M> | undefined,
  options: FeedOptions<M, K> = {},
): readonly FeedItem<M, K>[] {
  const { limit = 50, types, every = "event", initial = [] } = options;
  if (!(limit >= 1)) throw new RangeError(`limit is ${limit}; it has to be at least 1`);
  const latest = useLatest<Settings>(options);
  const [first] = useState(() =>
    initial.reduceRight<readonly Item[]>((list, event) => withEvent(list, event, options), []),
  );
  // With a line break first, which no list of types has.
  return useShown(events, `\n${nameOf(latest)} ${types?.join("\n")}`, every, first, (events, next) => {
    const take = (event: SluiceEvent) => next((list) => withEvent(list, event, latest.current));
    if (types !== undefined) return types.map((type) => events.on(type, (_, event) => take(event as SluiceEvent)));
    // What a hub says of the stream is no news, but for a gap. On another server's stream it is.
    const isNews = (type: string) => type === "gap" || !events.connection || !HUB_SAYS.has(type);
    return [events.onAny((event) => isNews(event.type) && take(event))];
  }) as readonly FeedItem<M, K>[];
}
