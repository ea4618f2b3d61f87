// A feed on a page, and a pattern for your own: rows are memoized, so that one event renders one row.

import { memo, type ReactNode } from "react";
import type { AllEvents, EventStream, SluiceEvent } from "../types.js";
import { useFeed, type FeedItem, type FeedOptions, type Published } from "./feed.js";

export interface FeedProps<M, K extends keyof AllEvents<M> & string = Published<M>> extends Omit<FeedOptions<M, K>, "key"> {
  events: EventStream<M> | undefined;
  /** `key` of `useFeed`; React has taken that name. */
  by?: NonNullable<FeedOptions<M, K>["key"]>;
  /** What a row holds; by default the type and the text. All rows render again when it is another function. */
  children?: (event: FeedItem<M, K>) => ReactNode;
  /** Of the `<ol>`. */
  className?: string;
}

/** The last events as an ordered list, newest first. */
export function Feed<M, const K extends keyof AllEvents<M> & string = Published<M>>({
  children = plain,
  className,
  by,
  ...options
}: FeedProps<M, K>): ReactNode {
  const list = useFeed<M, K>(options.events, { ...options, key: by } as FeedOptions<M, K>);
  return (
    <ol className={className}>
      {list.map((event) => (
        <Row key={event.key} event={event} render={children as (event: SluiceEvent) => ReactNode} />
      ))}
    </ol>
  );
}

const Row = memo(function Row({ event, render }: { event: SluiceEvent; render: (event: SluiceEvent) => ReactNode }) {
  return <li>{render(event)}</li>;
});

const plain = ({ type, text }: SluiceEvent): ReactNode => `${type}: ${text}`;
