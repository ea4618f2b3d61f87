"use client";

export { useConnection, type ConnectionView } from "./connection.js";
export { useFeed, type EventOf, type FeedItem, type FeedOptions, type Published } from "./feed.js";
export { Feed, type FeedProps } from "./feed-list.js";
export { useEvent, useEvents, type EventOptions } from "./latest.js";
export { EventsProvider, useEventStream, type EventsProviderProps } from "./provider.js";
export type { Pace } from "./shown.js";
